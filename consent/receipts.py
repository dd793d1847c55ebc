"""Receipts for both sides: the signed record as a file, and as a document to be printed."""

import importlib.util
import io
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings

from consent.models import ConsentRequest
from consent.record import record_of_request
from consent.signing import receipt_bytes, sign_record
from consent.wording_print import printed_words

# The package's own module asks for pkg_resources; only its files are wanted.
_FONTS = Path(str(importlib.util.find_spec("font_roboto").origin)).parent / "files"  # type: ignore[union-attr]
MARGIN_MM = 20
BODY, SMALL, TITLE = 10, 8, 18  # pt


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
    signed = _signed(request)
    lines = receipt_lines(signed, address=address)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        title=lines[0][1],
        author="Likeness",
        lang=_language(signed["record"]),
        invariant=True,
        **{f"{side}Margin": MARGIN_MM * mm for side in ("left", "right", "top", "bottom")},
    )
    flow: list[Any] = [Paragraph(escape(text), styles[style]) for style, text in lines]
    document.build([*flow, Spacer(1, 1)])
    return buffer.getvalue()


def receipt_lines(receipt: dict[str, Any], *, address: str = "") -> list[tuple[str, str]]:
    """What a printed receipt says, top to bottom: (style, text), the styles being title, head, body and small; in the
    language that was answered in.
    """
    record, signature = receipt["record"], receipt["signature"]
    likeness, t = record["likeness"], printed_words(_language(record))
    lines = [("title", t["title"]), ("small", f"{t['number']} {record['record_id']}, {record['schema_version']}")]
    for party in record["party_identification"]:
        lines.append(("body", f"{t.get(party['party_role'], party['party_role'])}: {party['party_name']}"))
    lines += [
        ("body", f"{t['for']}: {likeness['purpose']}"),
        ("body", f"{t['where']}: {likeness['audience'] or '–'}"),
        ("body", f"{t['until']}: {likeness['holds_until'][:10]}"),
    ]
    for event in likeness["events"]:
        said, about = t.get(event["state"], event["state"]), t.get(event["scope"], event["scope"])
        lines.append(("head", f"{said}: {about}, {event['at'][:16].replace('T', ' ')} UTC"))
        lines.append(("body", event["text"]))
        if event["typed_name"]:
            words = event.get("challenge_words", "")
            signed = f"{t['signed']}: {event['typed_name']}"
            lines.append(("small", f"{signed}, {t['with']} “{words}”" if words else signed))
        if outcome := event.get("selfie_outcome", ""):
            told = t.get(f"selfie {outcome}", outcome)
            lines.append(("small", f"{t['selfie']}: {told} ({event['selfie_method']})"))
        lines.append(("small", f"{t['text']} {event['text_version']}, SHA-256 {event['text_sha256']}"))
        lines.append(("small", f"{t['event']} {event['id']}, {t['hash']} {event['hash']}"))
    lines += [
        ("head", t["back"]),
        ("small", address or t["back_how"]),
        ("head", t["signature"]),
        (
            "small",
            f"{signature['algorithm']}, {t['signed_at']} {receipt['signed_at']}, {t['key']} {signature['fingerprint']}",
        ),
        ("small", signature["value"]),
        ("small", t["note"]),
    ]
    return lines


def _language(record: dict[str, Any]) -> str:
    """The language of the first answer, or of the question."""
    events = record["likeness"]["events"]
    return str(events[0]["language"] if events else record["pii_processing"]["language"][0])


def _signed(request: ConsentRequest) -> dict[str, Any]:
    # Through JSON, so that what is printed is what was signed.
    record = json.loads(json.dumps(record_of_request(request)))
    return sign_record(record, keys=Path(settings.LIKENESS_KEYS_DIR))
