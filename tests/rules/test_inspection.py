"""Inspection: what an uploaded file really is, and a clean copy of it."""

import io
import os
import resource

import pikepdf
import pytest
from PIL import Image

from lending.basics.errors import Refused
from lending.cases.inspection import MAX_FILE_BYTES, inspected
from tests.files import (
    a_dangerous_pdf,
    a_pdf,
    a_photograph_lying_on_its_side,
    a_picture,
    an_oversized_png,
    an_unfolding_pdf,
    saved,
)


def looked_at(content: bytes, file_name: str = "paper.pdf") -> tuple[str, int, bytes]:
    """The media type, the number of pages and the clean copy."""
    with inspected(io.BytesIO(content), file_name) as file:
        clean = file.path.read_bytes()
        assert file.size_bytes == len(clean)
        return file.media_type, file.pages, clean


def refusal_of(content: bytes, file_name: str = "paper.pdf") -> Refused:
    with pytest.raises(Refused) as refused, inspected(io.BytesIO(content), file_name):
        pass
    assert refused.value.field == "files"
    assert refused.value.facts["file_name"] == file_name
    return refused.value


def test_a_pdf_is_told_by_its_content_and_not_by_its_name() -> None:
    media_type, pages, clean = looked_at(a_pdf(pages=3), "holiday.jpg")
    assert (media_type, pages) == ("application/pdf", 3)
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert len(pdf.pages) == 3


def test_script_actions_forms_and_files_are_taken_out_of_a_pdf() -> None:
    _, pages, clean = looked_at(a_dangerous_pdf())
    assert pages == 1
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        plain = saved(pdf, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert not pdf.attachments
        assert len(pdf.pages[0].Annots) == 4
    for trace in (b"JavaScript", b"evil", b"payload", b"MZ", b"Launch", b"SubmitForm", b"XFA", b"OpenAction", b"/AA"):
        assert trace not in plain, trace
    assert b"/GoTo" in plain


def test_a_pdf_that_needs_a_password_is_refused() -> None:
    locked = a_pdf(encryption=pikepdf.Encryption(user="secret", owner="secret2"))
    assert refusal_of(locked).code == "file-locked"


def test_a_pdf_that_anybody_may_read_is_taken_though_its_bank_forbids_changes() -> None:
    restricted = a_pdf(encryption=pikepdf.Encryption(user="", owner="secret"))
    _, _, clean = looked_at(restricted)
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert not pdf.is_encrypted


@pytest.mark.parametrize(
    "content",
    [a_pdf()[:-60], b"%PDF-1.7 and nothing more", a_picture()[:200], a_picture("PNG", (400, 400))[:-40]],
    ids=["cut off PDF", "head of a PDF", "cut off JPEG", "cut off PNG"],
)
def test_a_broken_file_is_refused(content: bytes) -> None:
    assert refusal_of(content).code == "file-broken"


def test_a_pdf_with_a_wrong_table_of_contents_is_read_as_any_viewer_would() -> None:
    crooked = a_pdf().replace(b"startxref\n", b"startxref\n9")
    assert looked_at(crooked)[1] == 1


@pytest.mark.parametrize(
    "content",
    [b"<html>paper.pdf</html>", b"PK\x03\x04 a letter in another format", b"GIF89a", b"hello", b"\x00" * 100],
)
def test_another_kind_of_file_is_refused_whatever_its_name(content: bytes) -> None:
    assert refusal_of(content).code == "file-type-unknown"


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(b"").code == "file-empty"


def test_a_file_over_twenty_megabytes_is_refused_before_all_of_it_has_come() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"\x00" * size

    stream = Endless()
    with pytest.raises(Refused) as refused, inspected(stream, "film.pdf"):
        pass
    assert refused.value.code == "file-too-large"
    assert refused.value.facts["megabytes_max"] == 20
    assert stream.given < MAX_FILE_BYTES + 1024 * 1024


def test_a_photograph_is_turned_the_right_way_up_and_says_nothing_of_its_camera() -> None:
    photograph = a_photograph_lying_on_its_side()
    media_type, pages, clean = looked_at(photograph, "photo.jpg")
    assert (media_type, pages) == ("image/jpeg", 1)
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.size == (20, 40)
        assert not picture.getexif()
        assert "comment" not in picture.info
        dark, light = picture.getpixel((10, 5)), picture.getpixel((10, 35))
    assert sum(dark) < sum(light)
    assert b"SecretCamera" in photograph
    assert b"SecretCamera" not in clean


def test_a_png_loses_the_text_inside_and_what_follows_the_picture() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "secret author")
    media_type, _, clean = looked_at(a_picture("PNG", pnginfo=notes) + b"<script>", "scan.png")
    assert media_type == "image/png"
    assert b"secret author" not in clean
    assert b"<script>" not in clean


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "RGBA"), ("PNG", "1"), ("PNG", "I;16")],
)
def test_pictures_of_every_mode_can_be_read_afterwards(kind: str, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    _, _, clean = looked_at(out.getvalue(), "scan")
    with Image.open(io.BytesIO(clean)) as picture:
        picture.load()
        assert picture.size == (30, 20)
        assert picture.mode in ("1", "L", "LA", "RGB", "RGBA")


def test_a_picture_of_too_many_pixels_is_refused_unseen() -> None:
    refused = refusal_of(an_oversized_png(60_000, 60_000), "huge.png")
    assert refused.code == "image-too-large"
    assert refused.facts["megapixels_max"] == 50


def test_a_large_photograph_is_kept_in_a_size_that_can_be_read() -> None:
    _, _, clean = looked_at(a_picture(size=(8000, 6000)), "photo.jpg")
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.size == (4000, 3000)


def test_a_file_that_unfolds_into_gigabytes_is_refused_and_does_not_swell_this_process() -> None:
    bomb = an_unfolding_pdf(megabytes=900)
    assert len(bomb) < 2 * 1024 * 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal_of(bomb).code == "file-broken"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_the_process_that_opens_files_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    seen = {}
    run = subprocess.run

    def watched(*arguments, **options):
        seen.update(options["env"])
        return run(*arguments, **options)

    monkeypatch.setenv("VAKAA_SECRET_KEY", "secret")
    monkeypatch.setattr(subprocess, "run", watched)
    looked_at(a_pdf())
    assert not [name for name in seen if name.startswith("VAKAA")]


def test_nothing_of_a_file_is_left_behind(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path))
    looked_at(a_pdf())
    refusal_of(b"hello")
    assert not list(tmp_path.iterdir())
