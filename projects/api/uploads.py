"""Places for files, and pictures to stand before."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseRedirect
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from projects.api.intake import (
    FORM_SECONDS,
    Upload,
    access_upload,
    content_of,
    form_of,
    max_bytes,
    put_away,
    upload_new,
)
from projects.api.views import REDIRECT, media_redirect
from projects.backdrops import backdrop_upload
from projects.models import TITLE_LENGTH, Backdrop
from projects.retention.deleting import thing_delete
from projects.selectors import access_backdrop, access_project


class UploadSerializer(serializers.Serializer[Any]):
    upload = serializers.CharField(help_text="Name it where a file is asked for, within a day, once.")
    url = serializers.URLField(help_text="Where to POST the form.")
    fields = serializers.DictField(  # type: ignore[assignment]  # a field of that name
        child=serializers.CharField(), help_text="To be sent before the file, which is the field “file”."
    )
    direct = serializers.BooleanField(help_text="Into the object store: without the API key.")
    max_bytes = serializers.IntegerField()
    expires_in = serializers.IntegerField(help_text="s")


class FileSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


class UploadsView(ApiView):
    resource = Resource.PORTRAITS
    tag = "uploads"

    @extend_schema(
        operation_id="createUpload", summary="A place for a file", request=None, responses={201: UploadSerializer}
    )
    def post(self, request: Request) -> Response:
        """For large files: they go straight into the object store where there is one, else through this site. What was
        sent is looked at, as any upload is, when it is used.
        """
        upload = upload_new(self.organization)
        site_url = reverse("api:upload", args=[upload.token], request=request)
        form = form_of(upload, site_url=site_url)
        values = {
            "upload": upload.token,
            "url": form.url,
            "fields": form.fields,
            "direct": form.direct,
            "max_bytes": max_bytes(),
            "expires_in": FORM_SECONDS,
        }
        return Response(values, status=201)


class UploadView(ApiView):
    resource = Resource.PORTRAITS
    tag = "uploads"
    doors = {"upload": access_upload}
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="sendUpload",
        summary="Send a file",
        request={"multipart/form-data": FileSerializer},
        responses={204: None},
    )
    def post(self, request: Request, upload: Upload) -> Response:
        """To the place that was made for it, where there is no object store."""
        file: UploadedFile = self.read(request, FileSerializer)["file"]
        put_away(upload, file)
        return Response(status=204)


class BackdropSerializer(serializers.ModelSerializer[Backdrop]):
    project = serializers.CharField(source="project_id")

    class Meta:
        model = Backdrop
        fields = ("id", "project", "name", "sha256", "width", "height", "created_at", "erased_at")
        read_only_fields = fields


class BackdropNewSerializer(serializers.Serializer[Any]):
    project = serializers.CharField(max_length=24)
    picture = serializers.FileField(required=False, help_text="The picture; or `upload`.")
    upload = serializers.CharField(required=False, max_length=300, help_text="What POST /uploads named.")
    name = serializers.CharField(max_length=TITLE_LENGTH, default="A picture")


class BackdropFilter(FilterSet):
    project = CharFilter(field_name="project_id", max_length=24)

    class Meta:
        model = Backdrop
        fields = ("project",)


class BackdropsView(ApiView):
    resource = Resource.PORTRAITS
    tag = "backdrops"
    queryset = Backdrop.objects.none()
    filterset_class = BackdropFilter
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listBackdrops",
        summary="Pictures to stand before",
        parameters=[PageQuery],
        responses=page_of(BackdropSerializer),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.page(request, Backdrop.objects.filter(organization=self.organization), BackdropSerializer)

    @extend_schema(
        operation_id="uploadBackdrop",
        summary="Upload a picture to stand before",
        request={"multipart/form-data": BackdropNewSerializer},
        responses={201: BackdropSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """The same file in a project is kept once."""
        values = self.read(request, BackdropNewSerializer)
        backdrop = backdrop_upload(
            organization=self.organization,
            acting_user=self.user,
            project=self.named(values, "project", access_project),
            name=values["name"],
            data=content_of(self.user, self.organization, values, "picture"),
        )
        return Response(BackdropSerializer(backdrop).data, status=201)


class BackdropView(ApiView):
    resource = Resource.PORTRAITS
    tag = "backdrops"
    doors = {"backdrop": access_backdrop}

    @extend_schema(operation_id="getBackdrop", summary="One of them", responses=BackdropSerializer)
    def get(self, request: Request, backdrop: Backdrop) -> Response:
        """One picture to stand before."""
        return Response(BackdropSerializer(backdrop).data)

    @extend_schema(operation_id="deleteBackdrop", summary="Delete it", request=None, responses={204: None})
    def delete(self, request: Request, backdrop: Backdrop) -> Response:
        """The file goes in every version, with a certificate."""
        thing_delete(organization=self.organization, acting_user=self.user, thing=backdrop)
        return Response(status=204)


class BackdropImageView(ApiView):
    resource = Resource.PORTRAITS
    tag = "backdrops"
    doors = {"backdrop": access_backdrop}

    @extend_schema(operation_id="getBackdropImage", summary="The picture itself", responses={302: REDIRECT})
    @problems(410)
    def get(self, request: Request, backdrop: Backdrop) -> HttpResponseRedirect:
        """Redirects to the file."""
        return media_redirect(backdrop.image.name, gone=backdrop.erased_at is not None)
