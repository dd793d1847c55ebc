"""A QR code as a drawing in the page."""

import cv2
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MARGIN = 2  # modules besides the two that OpenCV leaves: ISO/IEC 18004 asks for four


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """The text as an SVG of black squares; the page gives it its size and a white ground."""
    modules = cv2.QRCodeEncoder.create().encode(text)
    dark = [(x, y) for y, row in enumerate(modules) for x, value in enumerate(row) if value == 0]
    side = len(modules) + 2 * MARGIN
    path = "".join(f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for x, y in dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" aria-label="QR code">'
        '<path d="{1}"/></svg>',
        side,
        path,
    )
