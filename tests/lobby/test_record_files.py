"""Templates as a branch writes them: every mistake at once, with its place."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from lobby.care.interactions import Kind
from lobby.care.templates import FieldType, Template
from lobby.record_files import RecordValues

CASH = """
[[outcomes]]
code = "paid_in"
name = "paid in"
kind = "transaction"
asks = ["amount"]

[[fields]]
code = "amount"
name = { en = "Amount", ru = "Сумма" }
type = "money"
low = 0
required = true

[[phrases]]
short = "cnt"
text = "Counted twice."
"""
COMMON = """
[[outcomes]]
code = "done"
name = "done"

[[fields]]
code = "branch_code"
name = "Branch"

[[phrases]]
short = "cnt"
text = "Counted."

[[phrases]]
short = "idc"
text = { en = "ID checked.", ru = "Документ проверен." }
"""


def read(**texts: str) -> tuple[dict[str, Template], dict[str, str]]:
    """The templates, and the mistakes by place."""
    values = RecordValues()
    data = {name: tomllib.loads(text) for name, text in texts.items()}
    templates = values.templates(data, "records", ("en", "ru"), ("cash", "loans"))
    return templates, {mistake.where: mistake.what for mistake in values.mistakes}


def test_a_template_is_what_its_file_says() -> None:
    templates, mistakes = read(cash=CASH)
    assert mistakes == {}
    (outcome,) = templates["cash"].outcomes
    (amount,) = templates["cash"].fields
    assert (outcome.code, outcome.kind) == ("paid_in", Kind.TRANSACTION)
    assert (amount.type, amount.required, amount.low, outcome.asks) == (FieldType.MONEY, True, 0, ("amount",))


def test_what_is_common_every_service_has_and_its_own_comes_first() -> None:
    templates, mistakes = read(cash=CASH, common=COMMON)
    assert mistakes == {}
    cash = templates["cash"]
    assert [outcome.code for outcome in cash.outcomes] == ["paid_in"]
    assert [field.code for field in cash.fields] == ["amount", "branch_code"]
    assert {phrase.short: phrase.texts["en"] for phrase in cash.phrases} == {
        "cnt": "Counted twice.",
        "idc": "ID checked.",
    }
    assert [outcome.code for outcome in templates[""].outcomes] == ["done"]


def test_an_outcome_may_ask_for_a_common_field() -> None:
    templates, mistakes = read(
        common=COMMON, cash='outcomes = [{ code = "done", name = "done", asks = ["branch_code"] }]'
    )
    assert mistakes == {}
    assert [field.code for field in templates["cash"].asked(Kind.PLAIN, "done")] == ["branch_code"]
    assert templates["cash"].asked(Kind.PLAIN, "other") == ()


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('outcomes = [{ code = "a", name = "A", asks = ["amonut"] }]', "outcomes[0].asks", 'no field "amonut"'),
        ('outcomes = [{ code = "a", name = "A", kind = "chat" }]', "outcomes[0].kind", "known are enquiry"),
        ('outcomes = [{ code = "a", name = "A" }, { code = "a", name = "B" }]', "outcomes[1].code", "used already"),
        ('outcomes = [{ code = "a" }]', "outcomes[0].name", "is missing"),
        ('outcomes = [{ code = "a", name = { xx = "A" } }]', "outcomes[0].name.xx", "is not a language"),
        ("outcomes = 5", "outcomes", "list of tables"),
        ('delivered = [{ code = "a b", name = "A" }]', "delivered[0].code", "letters, digits"),
        ('fields = [{ code = "a", name = "A", type = "tpye" }]', "fields[0].type", "known are text, number"),
        ('fields = [{ code = "a", name = "A", tpye = "text" }]', "fields[0].tpye", "is not a key here"),
        ('fields = [{ code = "a", name = "A", pattern = "[0-9" }]', "fields[0].pattern", "regular expression"),
        ('fields = [{ code = "a", name = "A", type = "date", pattern = "1" }]', "fields[0].pattern", "belongs to"),
        ('fields = [{ code = "a", name = "A", type = "email", private = false }]', "fields[0].private", "must be true"),
        ('fields = [{ code = "a", name = "A", low = 1 }]', "fields[0].low", "number and money"),
        (
            'fields = [{ code = "a", name = "A", type = "number", low = 9, high = 1 }]',
            "fields[0].high",
            "less than low",
        ),
        ('fields = [{ code = "a", name = "A", type = "choice" }]', "fields[0].choices", "is empty"),
        ('fields = [{ code = "a", name = "A", choices = [] }]', "fields[0].choices", "belongs to"),
        ('fields = [{ code = "a", name = "A", given = "weather" }]', "fields[0].given", "known are language"),
        ('fields = [{ code = "a", name = "A", given = "number", default = "1" }]', "fields[0].default", "given"),
        ('fields = [{ code = "a", name = "A", type = "number", default = "x" }]', "fields[0].default", "does not fit"),
        ('fields = [{ code = "a", name = "A", kinds = ["chat"] }]', "fields[0].kinds", "known are"),
        ('fields = [{ code = "new", name = "A", kinds = ["data_update"] }]', "fields[0].code", "there already"),
        ('phrases = [{ short = "a", text = "A" }, { short = "a", text = "B" }]', "phrases[1].short", "used already"),
        ('phrases = [{ short = "a b", text = "A" }]', "phrases[0].short", "without a space"),
        ('phrases = [{ short = "ab" }]', "phrases[0].text", "is missing"),
        ('phrases = [{ short = "ab", text = { xx = "A" } }]', "phrases[0].text.xx", "is not a language"),
        (f'phrases = [{{ short = "ab", text = "{"x" * 501}" }}]', "phrases[0].text", "too long"),
        ('checklist = [{ code = "a", name = "A", document = "yes" }]', "checklist[0].document", "true or false"),
        ('steps = ["a"]', "steps", "is not a key here"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_do(text: str, place: str, said: str) -> None:
    _, mistakes = read(cash=text)
    assert list(mistakes) == [f"records.cash.{place}"]
    assert said in mistakes[f"records.cash.{place}"]


def test_more_outcomes_than_digits_are_too_many() -> None:
    rows = ", ".join(f'{{ code = "o{place}", name = "O" }}' for place in range(10))
    _, mistakes = read(cash=f"outcomes = [{rows}]")
    assert "one for each digit" in mistakes["records.cash.outcomes"]


def test_a_template_for_a_service_that_is_not_there_is_a_mistake() -> None:
    templates, mistakes = read(csah=CASH)
    assert "cash, loans" in mistakes["records.csah"]
    assert set(templates) == {""}


def test_what_stands_in_place_of_a_table_is_a_mistake() -> None:
    values = RecordValues()
    assert set(values.templates({"cash": 5}, "records", ("en",), ("cash",))) == {""}
    assert [str(mistake) for mistake in values.mistakes] == ["records.cash: must be a table: [records.cash]"]


def test_all_mistakes_come_at_once() -> None:
    _, mistakes = read(
        cash='outcomes = [{ code = "a", name = "A", asks = ["b"] }]\nphrases = [{ short = "", text = "" }]',
        loans="fields = 1",
    )
    assert len(mistakes) == 4


def test_a_folder_holds_a_file_for_each_service(tmp_path: Path) -> None:
    (tmp_path / "cash.toml").write_text(CASH, encoding="utf-8")
    (tmp_path / "loans.toml").write_text("fields = 1", encoding="utf-8")
    (tmp_path / "common.toml").write_text("[[", encoding="utf-8")
    (tmp_path / "cards.toml").write_bytes(b"\xff")
    values = RecordValues()
    templates = values.templates(values.read_folder(tmp_path), "records/", ("en", "ru"), ("cash", "loans"))
    assert templates["cash"].fields[0].code == "amount"
    places = [mistake.where for mistake in values.mistakes]
    assert places == [f"{tmp_path.name}/cards.toml", f"{tmp_path.name}/common.toml", "records/loans.toml.fields"]


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    values = RecordValues()
    assert values.read_folder(tmp_path / "records") == {}
    assert values.mistakes == []


def test_the_examples_are_right_and_complete_in_every_language() -> None:
    languages, services = ("en", "ar", "zh", "ru"), ("cash", "accounts", "cards", "loans", "business")
    values = RecordValues()
    data = values.read_folder(Path(str(files("lobby.examples"))) / "records")
    templates = values.templates(data, "records/", languages, services)
    assert values.mistakes == []
    assert set(templates) == {"", *services}
    for template in templates.values():
        choices = [choice for field in template.fields for choice in field.choices]
        for row in (*template.outcomes, *template.delivered, *template.fields, *template.checklist, *choices):
            assert set(row.names) == set(languages), row.code
        assert all(set(phrase.texts) == set(languages) for phrase in template.phrases)
