"""A selfie is read into memory, whatever its size: Django writes bigger uploads to a file, and this one is never to be
on a disk.
"""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from consent.comparing import MOST_BYTES

FIELD = "selfie"


class InMemory(FileUploadHandler):
    """Takes the field `selfie` alone; of a file beyond MOST_BYTES only the size is kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.taken = self.field_name == FIELD
        self.content = io.BytesIO()
        if self.taken:
            # Called for the other handlers too: that they never see the file is the point.
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.taken:
            return raw_data
        if self.content.tell() + len(raw_data) <= MOST_BYTES:
            self.content.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        if not self.taken:
            return None
        if file_size > MOST_BYTES:
            self.content = io.BytesIO()
        self.content.seek(0)
        return InMemoryUploadedFile(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
