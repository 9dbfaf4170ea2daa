"""The stories of the demo: one citizen in every state of a case, loans that run, are late, and rest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lending.applications.sections import ChildAnswer, DebtAnswer, LineAnswer
from lending.applications.supplements import Wish as Question
from web.demo.storyteller import Storyteller, Wish

EUR = 100

DEBTS = (
    DebtAnswer("Kuvitteellinen Rahoitus Oy", "consumer_credit", 2_400 * EUR, 140 * EUR, "late", True),
    DebtAnswer("Mallikortti Oyj", "credit_card", 1_100 * EUR, 65 * EUR, "in_collection", True),
    DebtAnswer("Esimerkkipankki Oyj", "student_loan", 3_900 * EUR, 45 * EUR, "on_time", False),
)
ARRANGING = Wish(
    purpose="debts",
    details="Yhdistän kaksi kallista kulutusluottoa yhdeksi luotoksi, jonka jaksan maksaa.",
    helps="Kuukausierä puolittuu, ja rahaa jää ruokaan ja lääkkeisiin. Uusia luottoja en enää tarvitse.",
    amount_cents=3_500 * EUR,
    months=48,
    income=(LineAnswer("wage", 2_080 * EUR, "Siivousalan työ"), LineAnswer("housing_allowance", 84 * EUR)),
    expenses=(LineAnswer("rent", 690 * EUR), LineAnswer("electricity", 38 * EUR), LineAnswer("water", 22 * EUR)),
    debts=DEBTS,
    children=(ChildAnswer(8, 95 * EUR),),
)
ARRANGING_SV = Wish(
    purpose="debts",
    details="Jag samlar två dyra krediter till en kredit som jag orkar betala.",
    helps="Månadsraten halveras, och pengarna räcker till mat och mediciner.",
    amount_cents=3_500 * EUR,
    months=60,
    income=(LineAnswer("pension", 1_640 * EUR), LineAnswer("housing_allowance", 190 * EUR)),
    expenses=(LineAnswer("rent", 610 * EUR), LineAnswer("electricity", 32 * EUR), LineAnswer("health_costs", 48 * EUR)),
    debts=DEBTS,
)
HOME = Wish(
    purpose="home",
    details="Tarvitsen pesukoneen ja sängyt lapsille muuton jälkeen.",
    helps="Perheen arki helpottuu, eikä kalliita osamaksuja tarvita.",
    amount_cents=1_200 * EUR,
    months=24,
    income=(LineAnswer("wage", 1_990 * EUR, "Osa-aikatyö"), LineAnswer("unemployment_allowance", 510 * EUR)),
    expenses=(LineAnswer("rent", 720 * EUR), LineAnswer("day_care", 62 * EUR), LineAnswer("electricity", 41 * EUR)),
    children=(ChildAnswer(4, 95 * EUR), ChildAnswer(9, 95 * EUR)),
)
DEPOSIT = Wish(
    purpose="housing",
    details="Vuokravakuus uuteen, halvempaan asuntoon.",
    helps="Asumismenot pienenevät 210 euroa kuukaudessa.",
    amount_cents=1_500 * EUR,
    months=30,
    income=(LineAnswer("wage", 2_210 * EUR, "Varastotyö"),),
    expenses=(LineAnswer("rent", 640 * EUR), LineAnswer("commuting", 74 * EUR)),
    adults="cohabitant",
    partner_net_income_cents=1_480 * EUR,
)
DEPOSIT_SV = Wish(
    purpose="housing",
    details="Hyresgaranti för en ny och billigare bostad.",
    helps="Boendekostnaderna minskar med 210 euro i månaden.",
    amount_cents=1_800 * EUR,
    months=36,
    income=(LineAnswer("wage", 2_150 * EUR, "Arbete i butik"),),
    expenses=(LineAnswer("rent", 640 * EUR), LineAnswer("commuting", 74 * EUR)),
)


@dataclass(frozen=True, slots=True)
class Story:
    """A story of the citizen with this short name that began ``days_ago``."""

    citizen: str
    days_ago: int
    tell: Callable[[Storyteller, datetime], object]


def _draft(teller: Storyteller, now: datetime) -> None:
    teller.starts().tells_household(HOME).tells_purpose(HOME).attaches_one("income")


def _new(teller: Storyteller, now: datetime) -> None:
    teller.applies(HOME)


def _in_preparation(teller: Storyteller, now: datetime) -> None:
    teller.applies(ARRANGING_SV).wait(2).is_taken().is_noted("Ringt sökanden. Hon kommer på samtal nästa vecka.")
    teller.wait(3).is_assessed()


def _protected(teller: Storyteller, now: datetime) -> None:
    teller.applies(ARRANGING).wait(1).is_taken().is_noted("Yhteydenotto vain puhelimitse.")


def _waiting_for_citizen(teller: Storyteller, now: datetime) -> None:
    questions = (
        Question("document", "Kontoutdrag för augusti, alla konton.", "bank-statements"),
        Question("explanation", "Berätta vad kostnaden på 48 euro för hälsa består av."),
    )
    teller.applies(ARRANGING_SV).wait(4).is_taken().wait(1)
    teller.is_asked("För att kunna gå vidare behöver vi ännu två saker av dig.", questions)


def _waiting_for_decision(teller: Storyteller, now: datetime) -> None:
    teller.applies(ARRANGING).wait(3).is_taken().wait(9).is_assessed().wait(1).is_proposed(ARRANGING)


def _refused(teller: Storyteller, now: datetime) -> None:
    obstacle = "4.6a"
    teller.applies(DEPOSIT).wait(3).is_taken().wait(8).is_assessed(against=[obstacle])
    teller.is_proposed_for_refusal(
        [obstacle],
        "Tuloista jää laskelman mukaan kuukaudessa niin paljon, että vakuuden voi säästää kahdessa kuukaudessa.",
    )
    teller.wait(2).is_decided()


def _granted(teller: Storyteller, now: datetime) -> Storyteller:
    teller.applies(DEPOSIT).wait(2).is_taken().wait(6).is_assessed().is_proposed(DEPOSIT)
    return teller.wait(1).is_decided()


def _offered(teller: Storyteller, now: datetime) -> None:
    _granted(teller, now).wait(2).is_offered("15")


def _accepted(teller: Storyteller, now: datetime) -> None:
    teller.applies(DEPOSIT_SV).wait(2).is_taken().wait(6)
    teller.is_assessed().is_proposed(DEPOSIT_SV).wait(1).is_decided()
    teller.wait(2).is_offered("15").wait(3).accepts()


def _concluded(teller: Storyteller, now: datetime) -> None:
    teller.applies(ARRANGING).wait(2).is_taken().wait(6).is_assessed().is_proposed(ARRANGING)
    teller.wait(1).is_decided().wait(2).is_offered().wait(2).accepts().wait(1).is_concluded()


def _runs_well(teller: Storyteller, now: datetime) -> None:
    teller.borrows(ARRANGING, "15").pays(now)


def _runs_late(teller: Storyteller, now: datetime) -> None:
    teller.borrows(HOME).pays(now, missed=2)


def _rests(teller: Storyteller, now: datetime) -> None:
    teller.borrows(DEPOSIT_SV).pays(now - timedelta(days=45))
    teller.asks_for_grace(3, "Jag är sjukskriven till slutet av året, och dagpenningen är mindre än lönen.")
    teller.wait(4).is_given_grace("Sjukdomen är tillfällig, och de fria månaderna bevarar betalningsförmågan.")
    teller.pays(now)


def _asks(teller: Storyteller, now: datetime) -> None:
    teller.borrows(ARRANGING).pays(now)
    teller.asks_for_waiver(800 * EUR, "Jäin työttömäksi, kun työpaikkani lopetettiin, ja olen pitkään sairas.")


def _paid_off(teller: Storyteller, now: datetime) -> None:
    teller.borrows(DEPOSIT).wait(40).pays(teller.at).pays_off()


def _withdrawn(teller: Storyteller, now: datetime) -> None:
    teller.applies(HOME).wait(3).withdraws()


def _waits_for_the_own_worker(teller: Storyteller, now: datetime) -> None:
    teller.applies(ARRANGING).wait(3).is_taken().wait(6).is_assessed().wait(1).is_proposed(ARRANGING)


def _is_late_once(teller: Storyteller, now: datetime) -> None:
    teller.borrows(ARRANGING).pays(now, missed=1)


STORIES = (
    Story("matti", 6, _new),
    Story("emilia", 3, _new),
    Story("linnea", 14, _in_preparation),
    Story("johan", 9, _waiting_for_citizen),
    Story("sari", 19, _waiting_for_decision),
    Story("tuula", 5, _protected),
    Story("hanna", 24, _refused),
    Story("samuli", 2, _draft),
    Story("pekka", 16, _granted),
    Story("veikko", 18, _offered),
    Story("ingrid", 22, _accepted),
    Story("olli", 25, _concluded),
    Story("farid", 330, _runs_well),
    Story("kalle", 260, _runs_late),
    Story("maria", 250, _rests),
    Story("raija", 300, _asks),
    Story("eero", 200, _paid_off),
    Story("eero", 20, _withdrawn),
    Story("kaisa", 4, _new),
    Story("arto", 190, _runs_well),
    Story("helmi", 12, _waits_for_the_own_worker),
    Story("urho", 170, _is_late_once),
)
