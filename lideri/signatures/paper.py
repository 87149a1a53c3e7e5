"""A letter as a PDF with Latvian letters, the same bytes each time; with a place for a signature, if wanted.

Streams are not compressed and nothing depends on the clock: the bytes change only when the text or the font does.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

WIDTH, HEIGHT = 595, 842  # A4 in points
LEFT, TOP, BOTTOM = 70, 770, 70
SIZE, LEADING = 11, 16
ROOM = 8192  # hexadecimal digits for the signature
BASE = "".join(map(chr, range(32, 127))) + "āčēģīķļņōŗšūžĀČĒĢĪĶĻŅŌŖŠŪŽ«»„“”’–—…·•€§°№"
UNSIGNED = "0" * ROOM
RANGE = "/ByteRange [0 0000000000 0000000000 0000000000]"
# A line that looks like somebody's signature, drawn by hand; x and y from its lower left corner.
SCRIBBLE = (
    "0 12 m 18 52 30 58 26 30 c 24 8 12 2 16 16 c 22 34 44 44 48 26 c 50 12 42 10 46 22 c 52 36 66 34 66 22 c "
    "66 12 58 14 62 24 c 70 40 84 34 82 20 c 82 8 96 40 108 30 c 120 20 90 2 60 4 c 40 6 100 8 132 22 c S"
)


@dataclass(frozen=True)
class Letter:
    """``lines`` may be of any length; an empty one parts paragraphs. ``scribble``: a drawn signature at the end."""

    title: str
    lines: tuple[str, ...]
    scribble: bool = False

    @property
    def text(self) -> str:
        return "\n".join((self.title, "", *self.lines))


@dataclass(frozen=True)
class SignaturePlace:
    """What the signature says about itself in the PDF (all of it claimed, none proved)."""

    name: str
    when: datetime
    reason: str


@cache
def _font(extra: str = "") -> tuple[bytes, dict[int, int], dict[int, int], dict[str, int]]:
    """The font cut down to the letters needed: bytes, character → glyph, glyph → width (of 1000), measures."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    source = files("lideri") / "reports" / "fonts" / "NotoSans-Regular.ttf"
    font: Any = TTFont(io.BytesIO(source.read_bytes()), recalcTimestamp=False)
    options = subset.Options(
        hinting=False,
        layout_features=[],
        name_IDs=[0, 1, 2, 6],
        notdef_outline=True,
        drop_tables=["GSUB", "GPOS", "GDEF"],
    )
    cutter: Any = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(each) for each in BASE + extra])
    cutter.subset(font)
    written = io.BytesIO()
    font.save(written)
    order = {name: place for place, name in enumerate(font.getGlyphOrder())}
    glyphs = {code: order[name] for code, name in font.getBestCmap().items()}
    unit = font["head"].unitsPerEm
    widths = {order[name]: round(1000 * width / unit) for name, (width, _) in font["hmtx"].metrics.items()}
    measures = {
        "ascent": round(1000 * font["hhea"].ascent / unit),
        "descent": round(1000 * font["hhea"].descent / unit),
        **{name: round(1000 * getattr(font["head"], name) / unit) for name in ("xMin", "yMin", "xMax", "yMax")},
    }
    return written.getvalue(), glyphs, widths, measures


def shown_as(text: str) -> str:
    """``text`` as a letter's page writes it, in hexadecimal digits: to change it behind a signature's back."""
    _, glyphs, _, _ = _font()
    return "".join(f"{glyphs.get(ord(each), 0):04X}" for each in text)


def write(letter: Letter, *, place: SignaturePlace | None = None) -> bytes:
    """The PDF. With ``place``: room for a signature over everything else, still empty (see `fill`)."""
    extra = "".join(sorted(set(letter.text) - set(BASE) - {"\n"}))
    program, glyphs, widths, measures = _font(extra)

    def code(text: str) -> str:
        return "".join(f"{glyphs.get(ord(each), 0):04X}" for each in text)

    def long(text: str, size: float) -> float:
        return sum(widths[glyphs.get(ord(each), 0)] for each in text) * size / 1000

    rows = [(letter.title, 15.0), ("", SIZE)]
    for line in letter.lines:
        rows.extend((row, float(SIZE)) for row in _wrapped(line, WIDTH - 2 * LEFT, long))
    fits = (TOP - BOTTOM) // LEADING
    pages = [rows[start : start + fits] for start in range(0, len(rows), fits)]
    contents = []
    for number, page in enumerate(pages):
        drawn, y = [], TOP
        for text, size in page:
            if text:
                drawn.append(f"BT /F1 {size:g} Tf {LEFT} {y} Td <{code(text)}> Tj ET")
            y -= LEADING
        if letter.scribble and number == len(pages) - 1:
            drawn.append(f"q 0.1 0.2 0.6 RG 1.6 w 1 J 1 0 0 1 {LEFT} {y - 60} cm {SCRIBBLE} Q")
        contents.append("\n".join(drawn))
    first = 4  # 1 catalogue, 2 pages, 3 information; then two objects for each page, then the font, then the signature
    font = first + 2 * len(pages)
    field = font + 5
    kids = " ".join(f"{first + 2 * each} 0 R" for each in range(len(pages)))
    form = f" /AcroForm << /Fields [{field} 0 R] /SigFlags 3 >>" if place else ""
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang (lv-LV) /ViewerPreferences << /DisplayDocTitle true >>"
        f"{form} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< /Title {_text(letter.title)} /Producer {_text('Digitālie līderi, mācību piemērs')} >>".encode(),
    ]
    for each, content in enumerate(contents):
        notes = f" /Annots [{field} 0 R]" if place and each == 0 else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {first + 2 * each + 1} 0 R"
            f" /Resources << /Font << /F1 {font} 0 R >> >>{notes} >>".encode()
        )
        objects.append(_stream(content.encode()))
    objects += [
        *_font_dictionaries(font, widths, measures),
        _stream(program, f" /Length1 {len(program)}"),
        _stream(_to_unicode(glyphs)),
    ]
    if place:
        objects += [
            f"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Paraksts1) /Rect [0 0 0 0] /F 132"
            f" /P {first} 0 R /V {field + 1} 0 R >>".encode(),
            f"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached {RANGE}\n/Contents <{UNSIGNED}>\n"
            f"/Name {_text(place.name)} /Reason {_text(place.reason)}"
            f" /M (D:{place.when.astimezone(UTC):%Y%m%d%H%M%S}Z) >>".encode(),
        ]
    return _file(objects)


def _font_dictionaries(font: int, widths: dict[int, int], measures: dict[str, int]) -> tuple[bytes, bytes, bytes]:
    """The font as PDF wants it: object ``font`` and the two after it, then its program and what its glyphs mean."""
    name = "LIDERI+NotoSans"
    listed = " ".join(f"{glyph} [{width}]" for glyph, width in sorted(widths.items()))
    box = " ".join(str(measures[each]) for each in ("xMin", "yMin", "xMax", "yMax"))
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
        f" /DescendantFonts [{font + 1} 0 R] /ToUnicode {font + 4} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name}"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /FontDescriptor {font + 2} 0 R /CIDToGIDMap /Identity /DW 600 /W [{listed}] >>".encode(),
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0"
        f" /Ascent {measures['ascent']} /Descent {measures['descent']} /CapHeight 714 /StemV 80"
        f" /FontFile2 {font + 3} 0 R >>".encode(),
    )


def fill(pdf: bytes, sign: Any) -> bytes:
    """The PDF with its signature in the room left for it; ``sign`` gets the SHA-256 of all the rest, gives DER."""
    start = pdf.index(f"<{UNSIGNED}>".encode())
    end = start + ROOM + 2
    spans = f"/ByteRange [0 {start:010d} {end:010d} {len(pdf) - end:010d}]".encode()
    ready = pdf.replace(RANGE.encode(), spans)
    signature: bytes = sign(hashlib.sha256(ready[:start] + ready[end:]).digest())
    digits = signature.hex().encode()
    if len(digits) > ROOM:
        raise ValueError("the signature is longer than the room left for it")
    return ready[: start + 1] + digits.ljust(ROOM, b"0") + ready[end - 1 :]


def _wrapped(line: str, room: float, long: Any) -> Sequence[str]:
    rows, row = [], ""
    for word in line.split(" "):
        rest = word
        while long(rest, SIZE) > room:  # a word longer than a line is cut
            cut = next(place for place in range(len(rest), 0, -1) if long(rest[:place], SIZE) <= room)
            rows += [row] if row else []
            row = ""
            rows.append(rest[:cut])
            rest = rest[cut:]
        longer = f"{row} {rest}" if row else rest
        if long(longer, SIZE) > room:
            rows.append(row)
            row = rest
        else:
            row = longer
    return [*rows, row]


def _to_unicode(glyphs: dict[int, int]) -> bytes:
    pairs = sorted((glyph, code) for code, glyph in glyphs.items())
    parts = []
    for start in range(0, len(pairs), 100):
        chunk = pairs[start : start + 100]
        lines = (f"<{glyph:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for glyph, code in chunk)
        parts.append(f"{len(chunk)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Latviesu def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "\n".join(parts)
        + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _text(text: str) -> str:
    """A text string in UTF-16, with the mark that says so."""
    return "<FEFF" + text.encode("utf-16-be").hex().upper() + ">"


def _stream(data: bytes, more: str = "") -> bytes:
    return f"<< /Length {len(data)}{more} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    made = io.BytesIO()
    made.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, content in enumerate(objects, 1):
        starts.append(made.tell())
        made.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    table = made.tell()
    made.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    made.write(b"".join(f"{start:010d} 00000 n \n".encode() for start in starts))
    name = hashlib.sha256(b"".join(objects)).hexdigest()[:32]
    made.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R /ID [<{name}> <{name}>] >>\n".encode())
    made.write(f"startxref\n{table}\n%%EOF\n".encode())
    return made.getvalue()
