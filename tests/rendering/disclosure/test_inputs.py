import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import c2pa
import numpy as np
import pytest
from PIL import Image

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.identity import load_identity
from rendering.disclosure.inputs import read_input_marks
from tests.rendering.disclosure.photos import photo_bytes

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


class ListeningServer(HTTPServer):
    """A server on this machine that writes down in `called` what is asked of it."""

    def __init__(self) -> None:
        self.called: list[str] = []
        super().__init__(("127.0.0.1", 0), self.Handler)

    class Handler(BaseHTTPRequestHandler):
        server: "ListeningServer"

        def do_GET(self) -> None:
            self.server.called.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[ListeningServer]:
    server = ListeningServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_mark_in_the_photos_packet_is_found(kind: str, mime: str):
    marks = read_input_marks(photo_bytes(source_type=GENERATED, kind=kind))
    assert (marks.mime, marks.source_types) == (mime, (GENERATED,))


def test_a_mark_in_the_photos_credentials_is_found(keys):
    identity = load_identity(keys)
    action = {"action": "c2pa.created", "digitalSourceType": CAPTURED}
    manifest = {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]}
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, None))
    signed = io.BytesIO()
    c2pa.Builder(manifest).sign(signer, "image/jpeg", io.BytesIO(photo_bytes()), signed)
    marks = read_input_marks(signed.getvalue())
    assert (marks.source_types, marks.credentials) == ((CAPTURED,), "intact")

    spoilt = bytearray(signed.getvalue())
    spoilt[-200] ^= 1
    assert read_input_marks(bytes(spoilt)).credentials == "broken"


def test_a_photo_without_marks_has_none():
    marks = read_input_marks(photo_bytes())
    assert (marks.source_types, marks.credentials) == ((), "")


def test_a_packet_that_cannot_be_read_counts_as_none():
    assert read_input_marks(photo_bytes(source_type="<broken")).source_types == ()


def test_credentials_that_a_photo_keeps_elsewhere_are_not_fetched(server: ListeningServer):
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/"'
        f' dcterms:provenance="http://127.0.0.1:{server.server_port}/manifest.c2pa"/></rdf:RDF></x:xmpmeta>'
    )
    photo = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(photo, "JPEG", xmp=packet.encode())
    assert read_input_marks(photo.getvalue()).source_types == ()
    assert server.called == []


def test_what_is_no_picture_is_refused():
    with pytest.raises(DisclosureError) as refused:
        read_input_marks(b"no picture")
    assert refused.value.code == "not-a-photo"
