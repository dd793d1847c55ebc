"""Who is shown, what they were asked, and what they answered."""

from typing import Any

from django.http import HttpResponse
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from consent.api.serializers import (
    ClassNewSerializer,
    ClassOverviewSerializer,
    ClassSerializer,
    ConsentRequestSerializer,
    SendSerializer,
    StatementNewSerializer,
    SubjectLinkSerializer,
    SubjectNewSerializer,
    SubjectSerializer,
    TermsSerializer,
)
from consent.classes import access_batch, class_ask, class_overview, read_list
from consent.gate import Scope
from consent.models import ConsentBatch, ConsentRequest, Subject
from consent.organization_views import attachment
from consent.receipts import receipt_json, receipt_pdf
from consent.selectors import access_consent_request, access_subject, requests_of, subjects_of
from consent.services import (
    consent_request_change,
    consent_request_renew,
    consent_request_send,
    statement_record,
    statement_withdraw,
    subject_asked_by_link,
    subject_create,
)

ASK = {"POST": (Act.ASK_CONSENT,), "DELETE": (Act.ASK_CONSENT,)}


class SubjectFilter(FilterSet):
    class Meta:
        model = Subject
        fields = ("kind",)


class SubjectsView(ApiView):
    resource = Resource.CONSENT
    queryset = Subject.objects.none()
    filterset_class = SubjectFilter

    @extend_schema(
        operation_id="listSubjects",
        summary="Those who are shown",
        parameters=[PageQuery],
        responses=page_of(SubjectSerializer),
    )
    def get(self, request: Request) -> Response:
        """The persons and figures in the organisation's pictures, newest first."""
        return self.page(request, subjects_of(self.organization), SubjectSerializer)

    @extend_schema(
        operation_id="createSubject",
        summary="Somebody new",
        request=SubjectNewSerializer,
        responses={201: SubjectSerializer},
        examples=[OpenApiExample("An adult", value={"kind": "other", "name": "Mira Example"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Say who is shown. Living persons are asked for each picture; for others a statement is recorded."""
        values = self.read(request, SubjectNewSerializer)
        subject = subject_create(organization=self.organization, acting_user=self.user, **values)
        return Response(SubjectSerializer(subject).data, status=201)


class SubjectView(ApiView):
    resource = Resource.CONSENT
    doors = {"subject": access_subject}

    @extend_schema(operation_id="getSubject", summary="One of them", responses=SubjectSerializer)
    def get(self, request: Request, subject: Subject) -> Response:
        """One person or figure."""
        return Response(SubjectSerializer(subject).data)


class StatementView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    doors = {"subject": access_subject}
    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="recordStatement",
        summary="State why somebody who cannot be asked may be shown",
        request={"application/json": StatementNewSerializer, "multipart/form-data": StatementNewSerializer},
        responses={201: SubjectSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request, subject: Subject) -> Response:
        """For the dead, historical persons and figures. It stands in your name."""
        values = self.read(request, StatementNewSerializer)
        document = values.pop("evidence", None)
        statement_record(
            organization=self.organization,
            acting_user=self.user,
            subject=subject,
            evidence=document.read() if document else b"",
            **values,
        )
        subject.refresh_from_db()
        return Response(SubjectSerializer(subject).data, status=201)

    @extend_schema(operation_id="withdrawStatement", summary="Take it back", request=None, responses={204: None})
    def delete(self, request: Request, subject: Subject) -> Response:
        """What stood on it stops, and cannot be seen any more."""
        statement_withdraw(organization=self.organization, acting_user=self.user, subject=subject)
        return Response(status=204)


class SubjectLinkView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    doors = {"subject": access_subject}

    @extend_schema(
        operation_id="askByLink",
        summary="Have those who decide asked by a link",
        request=SubjectLinkSerializer,
        responses=SubjectSerializer,
        examples=[
            OpenApiExample("The executor", value={"authority": "executor", "name": "Kim Example"}, request_only=True)
        ],
    )
    @idempotent()
    def post(self, request: Request, subject: Subject) -> Response:
        """The executor, rights holder or family of somebody who has died, as a guardian is; with the next clip. An
        empty `authority`: a statement stands instead.
        """
        values = self.read(request, SubjectLinkSerializer)
        asked = subject_asked_by_link(organization=self.organization, acting_user=self.user, subject=subject, **values)
        return Response(SubjectSerializer(asked).data)


class ConsentRequestFilter(FilterSet):
    subject = CharFilter(field_name="subject_id", max_length=24)
    class_id = CharFilter(field_name="batch_id", max_length=24)

    class Meta:
        model = ConsentRequest
        fields = ("subject", "class_id")


class ConsentRequestsView(ApiView):
    resource = Resource.CONSENT
    queryset = ConsentRequest.objects.none()
    filterset_class = ConsentRequestFilter

    @extend_schema(
        operation_id="listConsentRequests",
        summary="Questions and their answers",
        parameters=[PageQuery],
        responses=page_of(ConsentRequestSerializer),
    )
    def get(self, request: Request) -> Response:
        """What was asked of whom, newest first. Ask by POST at a portrait or a clip."""
        return self.page(request, requests_of(self.organization), ConsentRequestSerializer)


class ConsentRequestView(ApiView):
    resource = Resource.CONSENT
    doors = {"consent_request": access_consent_request}

    @extend_schema(operation_id="getConsentRequest", summary="One question", responses=ConsentRequestSerializer)
    def get(self, request: Request, consent_request: ConsentRequest) -> Response:
        """One question, and what became of it."""
        return Response(ConsentRequestSerializer(consent_request).data)


class ConsentRequestSendView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    doors = {"consent_request": access_consent_request}

    @extend_schema(
        operation_id="sendConsentRequest",
        summary="Send the link",
        request=SendSerializer,
        responses=ConsentRequestSerializer,
        examples=[OpenApiExample("To Mira", value={"email": "mira@example.org"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request, consent_request: ConsentRequest) -> Response:
        """By e-mail; to the same address once."""
        email = self.read(request, SendSerializer)["email"]
        consent_request_send(
            organization=self.organization, acting_user=self.user, request=consent_request, email=email
        )
        return Response(ConsentRequestSerializer(consent_request).data)


class ConsentRequestRenewView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    doors = {"consent_request": access_consent_request}

    @extend_schema(
        operation_id="renewConsentRequest",
        summary="Ask the same once more",
        request=None,
        responses={201: ConsentRequestSerializer},
    )
    @idempotent()
    def post(self, request: Request, consent_request: ConsentRequest) -> Response:
        """For the time after a consent runs out, or a link that was not answered."""
        renewal = consent_request_renew(organization=self.organization, acting_user=self.user, request=consent_request)
        return Response(ConsentRequestSerializer(renewal).data, status=201)


class ConsentRequestTermsView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    parser_classes = (JSONParser, MultiPartParser)
    doors = {"consent_request": access_consent_request}

    @extend_schema(
        operation_id="changeConsentRequest",
        summary="Ask on other terms",
        request={"application/json": TermsSerializer, "multipart/form-data": TermsSerializer},
        responses={201: ConsentRequestSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request, consent_request: ConsentRequest) -> Response:
        """A new question about the same picture, voice and words; what was answered before stands as it is. A copy of
        the voice (`clone`) needs a recording of the person, as multipart/form-data.
        """
        values = self.read(request, TermsSerializer)
        recording = values.pop("voice_recording", None)
        changed = consent_request_change(
            organization=self.organization,
            acting_user=self.user,
            request=consent_request,
            uses=[Scope(use) for use in values.pop("uses")],
            voice_recording=recording.read() if recording and values["clone"] else b"",
            **values,
        )
        return Response(ConsentRequestSerializer(changed).data, status=201)


class ReceiptView(ApiView):
    resource = Resource.CONSENT
    doors = {"consent_request": access_consent_request}

    @extend_schema(
        operation_id="getReceipt",
        summary="The signed receipt",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="A consent record with its signature")},
    )
    @problems(409)
    def get(self, request: Request, consent_request: ConsentRequest) -> HttpResponse:
        """The organisation's copy, to be kept; anybody can check its signature."""
        _require_answer(consent_request)
        return attachment(receipt_json(consent_request), f"consent-{consent_request.pk}.json", "application/json")


class ReceiptPdfView(ApiView):
    resource = Resource.CONSENT
    doors = {"consent_request": access_consent_request}

    @extend_schema(
        operation_id="getReceiptPdf",
        summary="The signed receipt, to be printed",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    @problems(409)
    def get(self, request: Request, consent_request: ConsentRequest) -> HttpResponse:
        """The same as a PDF."""
        _require_answer(consent_request)
        return attachment(receipt_pdf(consent_request), f"consent-{consent_request.pk}.pdf", "application/pdf")


def _require_answer(consent_request: ConsentRequest) -> None:
    if not consent_request.events.exists():
        raise ProblemError("conflict", "There is no receipt: nobody has answered yet.")


class ClassesView(ApiView):
    resource = Resource.CONSENT
    acts = ASK
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listClasses", summary="Classes", parameters=[PageQuery], responses=page_of(ClassSerializer)
    )
    def get(self, request: Request) -> Response:
        """Classes whose guardians were asked together, newest first."""
        return self.page(request, ConsentBatch.objects.filter(organization=self.organization), ClassSerializer)

    @extend_schema(
        operation_id="askClass",
        summary="Ask a whole class",
        request={"multipart/form-data": ClassNewSerializer},
        responses={201: ClassOverviewSerializer},
    )
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """The guardian of each pupil gets a letter; all are asked or none."""
        values = self.read(request, ClassNewSerializer)
        photos = {str(photo.name): photo.read() for photo in values.pop("photos")}
        batch = class_ask(
            organization=self.organization,
            acting_user=self.user,
            pupils=read_list(values.pop("pupils")),
            photos=photos,
            **values,
        )
        return Response(_overview(batch), status=201)


class ClassView(ApiView):
    resource = Resource.CONSENT
    acts = {"GET": (Act.ASK_CONSENT,)}
    doors = {"batch": access_batch}

    @extend_schema(operation_id="getClass", summary="Who answered", responses=ClassOverviewSerializer)
    def get(self, request: Request, batch: ConsentBatch) -> Response:
        """The class, pupil by pupil."""
        return Response(_overview(batch))


def _overview(batch: ConsentBatch) -> dict[str, Any]:
    batch.pupils = class_overview(batch)  # type: ignore[attr-defined]
    return ClassOverviewSerializer(batch).data
