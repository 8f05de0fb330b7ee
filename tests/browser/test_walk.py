"""The main job, as it is done: a report is filed, placed in its barrier, and becomes a letter that opens in Word."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Console, Demo

BARRIER = "Under tio timmar i veckan: ingen försäkrad arbetsträning"
TITLE = "Sex timmar i veckan räknas inte"
STORY = """Deltagaren orkar sex timmar i veckan och en lunchrestaurang vill ta emot. Arbetsförmedlingen säger att
arbetsträning under tio timmar i veckan inte kan anvisas, och då finns ingen försäkring om något händer i köket.
Restaurangen vågar inte utan försäkring. Nu väntar vi på att orken ska räcka till tio timmar, och det gör den inte."""
ADDED = "Vi föreslår ett möte i Haninge före sommaren."
SECTIONS = ("Sammanfattning", "Bakgrund", "Omfattning", "Konsekvenser", "Förslag", "Beslut")


def test_a_report_becomes_a_letter(
    demo: Demo, browser: Browser, page: Page, console: Console, everywhere: Callable[[Page], None], tmp_path: Path
) -> None:
    walk = Walk(demo, page, everywhere)
    page.set_default_timeout(10_000)
    page.set_viewport_size({"width": 1280, "height": 900})
    counts = _counts_of_the_barrier(demo, browser)

    walk.log_in("reporter")
    number = walk.file_the_report()
    walk.log_out()

    walk.log_in("coordinator")
    walk.place_it(number)
    walk.see_it_counted(number, counts)
    walk.write_a_letter()
    title = page.get_by_role("heading", level=1).inner_text()
    _the_pdf_can_be_read(walk.download("PDF", tmp_path), title)
    _the_word_file_can_be_read(walk.download("Word-fil", tmp_path), title)


def _counts_of_the_barrier(demo: Demo, browser: Browser) -> list[int]:
    context = browser.new_context(storage_state=demo.cookies(browser, "coordinator"), base_url=demo.url)
    page = context.new_page()
    page.goto("/hinder")
    page.get_by_role("link", name=BARRIER).click()
    counts = _figures(page)
    context.close()
    return counts


def _figures(page: Page) -> list[int]:
    """How many reports, municipalities and subprojects the barrier's page says that there are."""
    return [int(figure.inner_text()) for figure in page.locator(".stats b").all()]


class Walk:
    """The steps of the story; on every page that it comes to, the page must stand every width and scheme."""

    def __init__(self, demo: Demo, page: Page, everywhere: Callable[[Page], None]) -> None:
        self.demo, self.page, self.everywhere = demo, page, everywhere

    def log_in(self, role: str) -> None:
        self.demo.visit(self.page, "/logga-in")
        self.everywhere(self.page)
        self.demo.type_login(self.page, role)
        self.page.wait_for_url(self.demo.url + "/")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Hej ")
        self.everywhere(self.page)

    def log_out(self) -> None:
        self.page.locator("summary", has_text="Inloggad som").click()
        self.page.get_by_role("banner").get_by_role("button", name="Logga ut").click()
        expect(self.page.get_by_text("Du är utloggad.")).to_be_visible()

    def file_the_report(self) -> str:
        page = self.page
        page.get_by_role("main").get_by_role("link", name="Rapportera en avvikelse").click()
        page.get_by_label("Nej", exact=True).check()
        page.get_by_label("Vad fungerar inte?").press_sequentially(TITLE)
        page.get_by_label("Vad hände?").fill(STORY)
        page.get_by_label("Arbetsförmedlingen (AF)").check()
        self.everywhere(page)
        page.get_by_role("button", name="Skicka avvikelsen").click()
        page.wait_for_url(re.compile(r"/avvikelser/\d+$"))
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(page.get_by_role("status").filter(has_text="Tack!")).to_be_visible()
        expect(page.locator(".suggestion__title", has_text=BARRIER)).to_be_visible()
        expect(page.get_by_role("button", name="Lägg till det här hindret")).to_have_count(0)
        self.everywhere(page)
        return page.url.rsplit("/", 1)[1]

    def place_it(self, number: str) -> None:
        page = self.page
        page.get_by_role("link", name="Triage").first.click()
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=TITLE))
        expect(row.first).to_contain_text(number)
        self.everywhere(page)
        page.get_by_role("link", name=TITLE).last.click()
        self.everywhere(page)
        suggestion = page.locator(".suggestion").filter(has_text=BARRIER)
        suggestion.get_by_role("button", name="Lägg till det här hindret").click()
        expect(page.get_by_role("status").filter(has_text=f"hör nu till hindret ”{BARRIER}”")).to_be_visible()
        self.everywhere(page)

    def see_it_counted(self, number: str, before: list[int]) -> None:
        page = self.page
        page.get_by_role("complementary").get_by_role("link", name=BARRIER).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(BARRIER)
        expect(page.get_by_role("row").filter(has_text=TITLE)).to_contain_text(number)
        after = _figures(page)
        assert after[0] == before[0] + 1, f"{before} reports, municipalities and subprojects became {after}."
        assert all(now >= then for now, then in zip(after, before, strict=True))
        self.everywhere(page)

    def write_a_letter(self) -> None:
        page = self.page
        form = page.locator("form[action*='/skrivelser/om-hinder/']")
        if not form.is_visible():
            page.get_by_text("Skriv en ny skrivelse").click()
        form.get_by_role("button", name="Skriv ett utkast").click()
        page.wait_for_url(re.compile(r"/skrivelser/\d+/redigera$"))
        self.everywhere(page)
        text, preview = page.get_by_label("Skrivelsens text"), page.locator("#preview")
        expect(preview).not_to_contain_text(ADDED)
        text.fill(text.input_value().replace("## Bakgrund", f"{ADDED}\n\n## Bakgrund", 1))
        expect(preview).to_contain_text(ADDED)
        self._is_not_saved_yet()
        page.get_by_role("button", name="Spara utkastet").click()
        expect(page.get_by_role("status").filter(has_text="Utkastet är sparat.")).to_be_visible()
        expect(page.locator("article.letter")).to_contain_text(ADDED)
        self.everywhere(page)

    def _is_not_saved_yet(self) -> None:
        other = self.page.context.new_page()
        other.goto(self.page.url.removesuffix("/redigera"))
        expect(other.locator("article.letter")).not_to_contain_text(ADDED)
        other.close()

    def download(self, kind: str, folder: Path) -> bytes:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=f"Hämta som {kind}").click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path.read_bytes()


def _the_pdf_can_be_read(file: bytes, title: str) -> None:
    reader = PdfReader(BytesIO(file))
    said = _one_line("\n".join(page.extract_text() for page in reader.pages))
    assert reader.metadata is not None and reader.metadata.title == title
    _says_what_it_should(said, title)


def _the_word_file_can_be_read(file: bytes, title: str) -> None:
    document = docx.Document(BytesIO(file))
    headings = [p.text for p in document.paragraphs if (p.style.name or "").startswith(("Heading", "Title"))]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert title in headings
    assert set(SECTIONS) <= set(headings)
    _says_what_it_should(_one_line("\n".join([*(p.text for p in document.paragraphs), *cells])), title)


def _one_line(text: str) -> str:
    """White space made single, and words that were divided at the end of a line joined again."""
    return " ".join(re.sub(r"[-\u00ad\u2010]\n(?=[a-zåäö])", "", text).split())


def _says_what_it_should(said: str, title: str) -> None:
    assert title in said
    assert all(section in said for section in SECTIONS)
    assert ADDED in said
    assert re.search(r"rapporterats \d+ gånger från \d+ kommuner", said), said[:1500]
    assert re.search(r"Avvikelserna kommer från [A-ZÅÄÖ]", said)  # each municipality has so few that none is counted
