"""Receipts for both sides: the signed record as a file, and as a document to be printed."""

import importlib.util
import io
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings

from consent.gate import State
from consent.models import ConsentRequest
from consent.record import record_of_request
from consent.signing import receipt_bytes, sign_record

# The package's own module asks for pkg_resources; only its files are wanted.
_FONTS = Path(str(importlib.util.find_spec("font_roboto").origin)).parent / "files"  # type: ignore[union-attr]
MARGIN_MM = 20
BODY, SMALL, TITLE = 10, 8, 18  # pt
_SAID = {State.GRANTED: "Yes", State.REFUSED: "No", State.WITHDRAWN: "Withdrawn"}


def receipt_json(request: ConsentRequest) -> bytes:
    """The signed receipt of an answered question, as a JSON file."""
    return receipt_bytes(_signed(request))


def receipt_pdf(request: ConsentRequest, *, address: str = "") -> bytes:
    """The same receipt as a PDF, A4, with its signature in print; for the person with the receipt's `address`.

    The document is for reading; what can be verified is the JSON, whose signature it shows.
    """
    # The library is slow to load, and only printing needs it.
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.lib.units import mm  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer  # noqa: PLC0415

    for name in ("Roboto-Regular", "Roboto-Bold"):
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    styles = {
        "title": ParagraphStyle("title", fontName="Roboto-Bold", fontSize=TITLE, leading=TITLE * 1.3, spaceAfter=8),
        "head": ParagraphStyle("head", fontName="Roboto-Bold", fontSize=BODY, leading=BODY * 1.5, spaceBefore=8),
        "body": ParagraphStyle("body", fontName="Roboto-Regular", fontSize=BODY, leading=BODY * 1.5),
        "small": ParagraphStyle(
            "small", fontName="Roboto-Regular", fontSize=SMALL, leading=SMALL * 1.5, wordWrap="CJK"
        ),
    }
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title="Consent receipt",
        author="Likeness",
        lang="en",
        invariant=True,
        **{f"{side}Margin": MARGIN_MM * mm for side in ("left", "right", "top", "bottom")},
    )
    lines = receipt_lines(_signed(request), address=address)
    flow: list[Any] = [Paragraph(escape(text), styles[style]) for style, text in lines]
    document.build([*flow, Spacer(1, 1)])
    return buffer.getvalue()


def receipt_lines(receipt: dict[str, Any], *, address: str = "") -> list[tuple[str, str]]:
    """What a printed receipt says, top to bottom: (style, text), the styles being title, head, body and small."""
    record, signature = receipt["record"], receipt["signature"]
    likeness = record["likeness"]
    lines = [("title", "Consent receipt"), ("small", f"Number {record['record_id']}, {record['schema_version']}")]
    for party in record["party_identification"]:
        lines.append(("body", f"{party['party_role']}: {party['party_name']}"))
    lines += [
        ("body", f"For: {likeness['purpose']}"),
        ("body", f"Where it is shown, and to whom: {likeness['audience'] or 'not stated'}"),
        ("body", f"Holds until: {likeness['holds_until'][:10]}"),
    ]
    for event in likeness["events"]:
        said = _SAID.get(event["state"], event["state"])
        lines.append(("head", f"{said}: {event['scope']}, {event['at'][:16].replace('T', ' ')} UTC"))
        lines.append(("body", event["text"]))
        if event["typed_name"]:
            words = event.get("challenge_words", "")
            lines.append(("small", f"Signed: {event['typed_name']}" + (f", with the words “{words}”" if words else "")))
        lines.append(("small", f"Text version {event['text_version']}, SHA-256 {event['text_sha256']}"))
        lines.append(("small", f"Event {event['id']}, hash {event['hash']}"))
    lines += [
        ("head", "To take it back"),
        ("small", address or record["pii_processing"]["purposes"][0]["withdrawal_method"]),
        ("head", "Signature"),
        ("small", f"{signature['algorithm']}, signed {receipt['signed_at']}, key {signature['fingerprint']}"),
        ("small", signature["value"]),
        ("small", "It is a signature over the JSON form of this receipt, which anybody can check who has that file."),
    ]
    return lines


def _signed(request: ConsentRequest) -> dict[str, Any]:
    # Through JSON, so that what is printed is what was signed.
    record = json.loads(json.dumps(record_of_request(request)))
    return sign_record(record, keys=Path(settings.LIKENESS_KEYS_DIR))
