"""QR codes as drawings that stand in a page."""

import io


def svg(text: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as an `<svg>` without size or style of its own: the stylesheet
    gives it both. It has its quiet zone of four modules, dark on light whatever the page's colours are.
    """
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=4,
        dark="#000", light="#fff", svgclass="qr", lineclass=None,
    )  # fmt: skip
    return drawn.getvalue().decode("ascii")
