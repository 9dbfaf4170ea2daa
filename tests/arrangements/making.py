"""Writes the policy files of this folder: a short common base, and for each arrangement who does what.

``python -m tests.arrangements.making`` after a change; a test holds the files to it.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
VALID_FROM = "2026-01-01"


@dataclass(frozen=True)
class Model:
    """One way to organise the work: units and what they serve, who does each part, who bears the losses."""

    key: str
    told: str
    name: tuple[str, str, str]
    central: tuple[str, tuple[str, str, str]]
    functions: tuple[str, str, str, str]


MODELS = (
    Model(
        "area",
        "The SOTE-area model: local social work does all but the money, which a shared unit of the area handles.",
        ("Esimerkkialue", "Exempelområdet", "Example Area"),
        ("area-unit", ("Alueen yhteinen yksikkö", "Områdets gemensamma enhet", "Shared unit of the area")),
        ("own", "own", "own", "area-unit"),
    ),
    Model(
        "kela-model",
        "The Kela model: the municipality prepares and decides, Kela handles the money; the capital is the state's.",
        ("Mallikunnat ja Kela", "Modellkommunerna och FPA", "Model municipalities and Kela"),
        ("kela", ("Kelan maksuyksikkö", "FPA:s betalningsenhet", "Kela payment unit")),
        ("own", "own", "own", "kela"),
    ),
    Model(
        "guarantee-model",
        "The Guarantee Foundation model: the municipality meets the client, the Foundation prepares, decides and pays.",
        ("Mallikunnat ja säätiö", "Modellkommunerna och stiftelsen", "Model municipalities and the Foundation"),
        ("foundation", ("Säätiön luottoyksikkö", "Stiftelsens kreditenhet", "Lending unit of the Foundation")),
        ("own", "foundation", "foundation", "foundation"),
    ),
)

BASE = """\
# {told}
# Fictional. Written by tests/arrangements/making.py.

id = "{key}-2026"
valid_from = {valid_from}
approved_on = {valid_from}
handling_time_months = 3
consent = "example-1"
borrowers = "one"

[approved_by]
fi = "Esimerkkilautakunta"
sv = "Exempelnämnden"
en = "Example committee"

[organisation]
key = "{key}"
languages = ["fi", "sv", "en"]
protected_unit = "local-1"

[organisation.names]
fi = "{name[0]}"
sv = "{name[1]}"
en = "{name[2]}"

[organisation.contact]
email = "luotto@{key}.example"
phone = "09 555 0100"
address = "PL 1, 00001 Esimerkkilä"
hours.fi = "Arkisin klo 9–12"
hours.sv = "Vardagar kl. 9–12"
hours.en = "Weekdays 9 to 12"

[organisation.municipalities]
{first} = {{ fi = "Alkula", sv = "Alby" }}
{second} = {{ fi = "Loppula", sv = "Slutby" }}

[organisation.units.local-1]
municipalities = ["{first}"]
names = {{ fi = "Lähiyksikkö 1", sv = "Närenhet 1", en = "Local unit 1" }}

[organisation.units.local-2]
municipalities = ["{second}"]
names = {{ fi = "Lähiyksikkö 2", sv = "Närenhet 2", en = "Local unit 2" }}

[organisation.units.{central[0]}]
municipalities = []
names = {{ fi = "{central[1][0]}", sv = "{central[1][1]}", en = "{central[1][2]}" }}

[organisation.arrangement]
customer-work = "{functions[0]}"
preparation = "{functions[1]}"
decision = "{functions[2]}"
money-traffic = "{functions[3]}"

[organisation.arrangement.losses]
fi = "Kunnat"
sv = "Kommunerna"
en = "The municipalities"

[limits]
amount_min_euros = 100
amount_max_euros = 5000
amount_max_per = "loan"
term_months_max = 60
instalment_min_euros = 10
presaving_months_min = 3
presaving_months_max = 6
reasonable_saving_months = 12

[interest]
rate = "reference_rate"
review = "half-yearly"
day_count = "actual/365"
on_rate_change = "instalment"
on_overdue = "actual"
billed_in_grace_months = true

[repayment]
due_days = ["15", "last"]
first_due_after_days = 14
bill_days_before_due = 14
grace_months_max = 6
extension_months_max = 12

[norm]
main = "debt_adjustment"
clause = "1e"

[review]
kind = "rectification"
days = 30
clause = "2c"

[review.bodies]
fi = "Esimerkkilautakunta"
sv = "Exempelnämnden"
en = "the example committee"

[review.courts]
fi = "Helsingin hallinto-oikeus"
sv = "Helsingfors förvaltningsdomstol"
en = "the Helsinki Administrative Court"

[delegation]
take-case = ["preparer", "decider"]
prepare = ["preparer"]
request-supplement = ["preparer"]
propose = ["preparer"]
decide = ["decider"]
conclude-agreement = ["decider"]
disburse = ["payments"]
record-payment = ["payments"]
reverse-payment = ["payments"]
write-off = ["decider"]
decide-change = ["decider"]
propose-waiver = ["decider"]
decide-waiver = ["waiver_decider"]
decide-extension = ["decider"]
add-note = ["preparer", "decider"]
view-case = ["preparer", "decider", "waiver_decider", "payments"]
view-protected = ["preparer", "decider"]
view-access-log = ["auditor"]
view-fund = ["preparer", "decider", "payments", "auditor"]
set-appropriation = ["decider"]
enter-figure = ["payments", "decider"]
confirm-figure = ["decider"]

[chapters.1]
fi = "Myöntäminen"
sv = "Beviljande"
en = "Granting"

[chapters.2]
fi = "Takaisinmaksu"
sv = "Återbetalning"
en = "Repayment"

[purposes.home]
clause = "1b"
payee = "borrower"
fi = "Kodin hankinnat"
sv = "Anskaffningar till hemmet"
en = "Household purchases"

[attachments.income]
clause = "1b"
when = "always"
fi = "Tositteet tuloista"
sv = "Verifikat över inkomster"
en = "Proof of income"
"""

CLAUSES = (
    ("1a", "data", "ground", 'check = "home-municipality"', "Kotikunta on alueella.", "Hemkommunen ligger i området."),
    ("1b", "data", "ground", 'check = "purpose-allowed"', "Tarkoitus on sallittu.", "Ändamålet är tillåtet."),
    ("1c", "data", "rule", 'check = "amount"', "Enintään 5 000 euroa.", "Högst 5 000 euro."),
    ("1d", "data", "rule", 'check = "term"', "Enintään viisi vuotta.", "Högst fem år."),
    ("1e", "data", "ground", 'check = "capacity"', "Maksuvara riittää.", "Betalningsmånen räcker."),
    ("1f", "judgment", "ground", "", "Luotolle on tarve.", "Det finns ett behov av kredit."),
    ("2a", "data", "rule", 'governs = ["grace"]', "Enintään 6 vapaakuukautta.", "Högst 6 fria månader."),
    ("2b", "data", "rule", 'governs = ["extension"]', "Enintään 12 kuukautta lisää.", "Högst 12 månader till."),
    ("2c", "data", "rule", 'governs = ["review"]', "Päätökseen saa vaatia oikaisua.", "Omprövning kan begäras."),
)
ENGLISH = {
    "1a": "The home municipality is in the area.",
    "1b": "The purpose is allowed.",
    "1c": "At most 5,000 euros.",
    "1d": "At most five years.",
    "1e": "There is enough capacity.",
    "1f": "There is a need for the loan.",
    "2a": "At most 6 grace months.",
    "2b": "At most 12 months more.",
    "2c": "A rectification can be claimed.",
}

CONSENT = """\
[consents.example-1]
scope = "debt_investigation"
valid_months = 12

[consents.example-1.titles]
fi = "Suostumus velkaselvittelyyn"
sv = "Samtycke till skuldutredning"
en = "Consent to debt investigation"

[consents.example-1.texts]
fi = "Velkani saa selvittää."
sv = "Mina skulder får utredas."
en = "My debts may be investigated."
"""


def texts() -> dict[Path, str]:
    """What each file of the folder holds."""
    files: dict[Path, str] = {}
    for number, model in enumerate(MODELS):
        places = {"first": 990 + 2 * number, "second": 991 + 2 * number, "valid_from": VALID_FROM}
        base = BASE.format(**vars(model), **places)
        files[FOLDER / model.key / f"{VALID_FROM}.toml"] = base + "".join(map(_clause, CLAUSES))
        files[FOLDER / model.key / "consents.toml"] = CONSENT
    return files


def _clause(clause: tuple[str, ...]) -> str:
    key, kind, role, more, fi, sv = clause
    lines = [f'kind = "{kind}"', f'role = "{role}"', more, f'fi = "{fi}"', f'sv = "{sv}"', f'en = "{ENGLISH[key]}"']
    return f"\n[clauses.{key}]\n" + "".join(f"{line}\n" for line in lines if line)


if __name__ == "__main__":
    for path, text in texts().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
