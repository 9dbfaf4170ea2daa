"""That the examination of pages finds what is wrong: one that finds nothing would make every other test pass."""

from playwright.sync_api import Page

from tests.browser import keyboard
from tests.browser.accessibility import complaints

FRAME = "<html lang='en'><head><title>A page</title></head><body>{}</body></html>"
SOUND = "<a href='#main-content'>Skip</a><main id='main-content' tabindex='-1'><h1>A page</h1>{}</main>"


def test_axe_finds_a_field_without_a_label(page: Page) -> None:
    page.set_content(FRAME.format(SOUND.format("<input name='amount'>")))
    assert any("label:" in complaint for complaint in complaints(page))


def test_axe_finds_words_too_pale_to_read(page: Page) -> None:
    page.set_content(FRAME.format(SOUND.format("<p style='color: #bbb; background: #fff'>Sixty euros</p>")))
    assert any("color-contrast:" in complaint for complaint in complaints(page))


def test_a_page_wider_than_its_window_is_found(page: Page) -> None:
    page.set_content(FRAME.format(SOUND.format("<div style='width: 3000px'>wide</div>")))
    assert any("is wider than" in complaint for complaint in complaints(page))


def test_a_focus_that_cannot_be_seen_is_found(page: Page) -> None:
    page.set_content(FRAME.format(SOUND.format("<button style='outline: none'>Send</button>")))
    assert any("does not show the focus" in complaint for complaint in keyboard.complaints(page))


def test_a_page_that_holds_the_focus_is_found(page: Page) -> None:
    back = "if (event.key === 'Tab') { one.focus(); event.preventDefault() }"
    page.set_content(FRAME.format(SOUND.format(f'<input id="one"><input id="two" onkeydown="{back}">')))
    assert any("goes round in a ring" in complaint for complaint in keyboard.complaints(page))


def test_a_page_without_a_skip_link_is_found(page: Page) -> None:
    page.set_content(FRAME.format("<main><h1>A page</h1><a href='/'>Home</a></main>"))
    assert any("does not begin with the skip link" in complaint for complaint in keyboard.complaints(page))


def test_a_sound_page_is_found_sound(page: Page) -> None:
    page.set_content(FRAME.format(SOUND.format("<label>Amount <input></label>")))
    assert complaints(page) == []
    assert keyboard.complaints(page) == []
