"""The people of the demo: none of them exists. Their personal identity codes are of the 900 series, never given out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lending.people import citizens, staff
from lending.people.citizens import Particulars
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import policies_of

#: Where most of the stories happen, and where the others do.
KEUSOTE, KEMI, POHJOIS_SAVO = "keusote", "kemi", "pohjois-savo"

CITIZENS: dict[str, Particulars] = {
    "aino": Particulars("130594Y903T", "Aino", "Virtanen", "fi", "106", "Kuvitteentie 1 A 2, 05800 Hyvinkää"),
    "matti": Particulars("010481-9148", "Matti", "Korhonen", "fi", "186", "Esimerkkikatu 3, 04400 Järvenpää"),
    "linnea": Particulars("240772-927L", "Linnea", "Öhman", "sv", "858", "Exempelvägen 5 B 7, 04300 Tusby"),
    "johan": Particulars("051265-9400", "Johan", "Åström", "sv", "543", "Sagogränden 2, 01900 Nurmijärvi"),
    "sari": Particulars("170398X951B", "Sari", "Mäkinen", "fi", "106", "Tarinakuja 9, 05830 Hyvinkää"),
    "pekka": Particulars("290900A9620", "Pekka", "Nieminen", "fi", "505", "Keksityntie 11, 04600 Mäntsälä"),
    "tuula": Particulars("110356-975D", "Tuula", "Laine", "fi", "611", "Salatie 4, 07170 Pornainen", safety_ban=True),
    "hanna": Particulars("030789W986B", "Hanna", "Lehtonen", "fi", "186", "Malliraitti 8 C 12, 04430 Järvenpää"),
    "farid": Particulars("220502B9092", "Farid", "Salmi", "fi", "106", "Kuvitteentie 21, 05800 Hyvinkää"),
    "kalle": Particulars("151178-9189", "Kalle", "Ärmänen", "fi", "543", "Leikkitie 6, 01900 Nurmijärvi"),
    "maria": Particulars("070691Y933X", "Maria", "Sjöberg", "sv", "858", "Diktvägen 14, 04310 Tusby"),
    "emilia": Particulars("050688-921F", "Emilia", "Kivi", "fi", "106", "Kertomuskatu 5 A 9, 05820 Hyvinkää"),
    "veikko": Particulars("280949-955S", "Veikko", "Harju", "fi", "543", "Aavistuspolku 1, 01900 Nurmijärvi"),
    "ingrid": Particulars("161099V948H", "Ingrid", "Holm", "sv", "106", "Berättarvägen 7, 05800 Hyvinge"),
    "samuli": Particulars("020303A937P", "Samuli", "Toivonen", "fi", "186", "Unelmakatu 2 B 4, 04400 Järvenpää"),
    "raija": Particulars("140562-938A", "Raija", "Manninen", "fi", "106", "Jutunkuja 4, 05840 Hyvinkää"),
    "eero": Particulars("270495X919T", "Eero", "Ylönen", "fi", "186", "Kaskutie 12 C 3, 04410 Järvenpää"),
    "astrid": Particulars("090987W961H", "Astrid", "Wikström", "sv", "543", "Fabelvägen 6, 01900 Nurmijärvi"),
    "olli": Particulars("190884-944U", "Olli", "Heino", "fi", "543", "Satupolku 3 D 4, 01800 Klaukkala"),
    "kaisa": Particulars("120580-902H", "Kaisa", "Alatalo", "fi", "240", "Keksitynkatu 3 A 1, 94100 Kemi"),
    "arto": Particulars("230791-916H", "Arto", "Karppinen", "fi", "240", "Tarinatie 14, 94200 Kemi"),
    "helmi": Particulars("030588W9411", "Helmi", "Savolainen", "fi", "297", "Satukatu 7 B 20, 70100 Kuopio"),
    "urho": Particulars("110475-928L", "Urho", "Kainulainen", "fi", "140", "Kuvitelmankuja 2, 74100 Iisalmi"),
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """A fictional member of staff."""

    given_names: str
    family_name: str
    title: str
    unit: str
    roles: tuple[str, ...]
    language: str = "fi"
    organisation: str = KEUSOTE


STAFF: dict[str, Colleague] = {
    "elina": Colleague("Elina", "Saarinen", "sosiaaliohjaaja", "team-1", ("preparer",)),
    "mikael": Colleague("Mikael", "Lindqvist", "socialhandledare", "team-1", ("preparer",), "sv"),
    "ritva": Colleague("Ritva", "Koskela", "johtava sosiaalityöntekijä", "team-1", ("decider",)),
    "timo": Colleague("Timo", "Hakala", "palvelupäällikkö", "team-1", ("waiver_decider",)),
    "paivi": Colleague("Päivi", "Rantala", "taloussihteeri", "team-1", ("payments",)),
    "antti": Colleague("Antti", "Vainio", "tietosuojavastaava", "team-1", ("auditor",)),
    "noora": Colleague("Noora", "Peltola", "sosiaaliohjaaja", "team-2", ("preparer",)),
    "kristina": Colleague("Kristina", "Backman", "ledande socialarbetare", "team-2", ("decider",), "sv"),
    "jari": Colleague("Jari", "Salonen", "palvelupäällikkö", "team-2", ("waiver_decider",)),
    "outi": Colleague("Outi", "Kivelä", "taloussihteeri", "team-2", ("payments",)),
    "veera": Colleague("Veera", "Aalto", "tietosuoja-asiantuntija", "team-2", ("auditor",)),
    # One office does the whole work; two more officials approve a longer repayment time.
    "anneli": Colleague("Anneli", "Pirttilä", "sosiaali- ja talousneuvoja", "team-1", ("preparer",), "fi", KEMI),
    "juha": Colleague("Juha", "Tervonen", "sosiaalityöntekijä", "team-1", ("decider",), "fi", KEMI),
    "leena": Colleague("Leena", "Kallio", "johtava sosiaalityöntekijä", "team-1", ("waiver_decider",), "fi", KEMI),
    "seija": Colleague("Seija", "Niemelä", "toimistosihteeri", "team-1", ("payments",), "fi", KEMI),
    "markku": Colleague("Markku", "Ojala", "kirjanpitopäällikkö", "team-1", ("accounting_manager",), "fi", KEMI),
    "sofia": Colleague("Sofia", "Grönlund", "kaupunginlakimies", "team-1", ("legal_counsel",), "sv", KEMI),
    "petri": Colleague("Petri", "Lahti", "tietosuojavastaava", "team-1", ("auditor",), "fi", KEMI),
    # The client's own social worker decides on what the finance team prepares.
    "virpi": Colleague("Virpi", "Hyvärinen", "sosiaalityöntekijä", "local-1", ("decider",), "fi", POHJOIS_SAVO),
    "jukka": Colleague("Jukka", "Miettinen", "palvelupäällikkö", "local-1", ("waiver_decider",), "fi", POHJOIS_SAVO),
    "eeva": Colleague("Eeva", "Tuovinen", "sosiaalityöntekijä", "local-2", ("decider",), "fi", POHJOIS_SAVO),
    "kirsi": Colleague("Kirsi", "Partanen", "palvelupäällikkö", "local-2", ("waiver_decider",), "fi", POHJOIS_SAVO),
    "minna": Colleague("Minna", "Räsänen", "luototuskäsittelijä", "finance-team", ("preparer",), "fi", POHJOIS_SAVO),
    "kari": Colleague("Kari", "Huttunen", "taloussihteeri", "finance-team", ("payments",), "fi", POHJOIS_SAVO),
    "tiina": Colleague("Tiina", "Jokela", "tietosuojavastaava", "finance-team", ("auditor",), "fi", POHJOIS_SAVO),
}


def register_citizens(db: Session, at: datetime) -> dict[str, Citizen]:
    """Record the fictional citizens and return them by their short names."""
    return {key: citizens.register(db, particulars, at) for key, particulars in CITIZENS.items()}


def register_staff(db: Session) -> dict[str, StaffMember]:
    """Record the fictional staff of every unit and return them by their short names."""
    return {
        key: staff.register(
            db,
            organisation=colleague.organisation,
            unit=colleague.unit,
            username=key,
            given_names=colleague.given_names,
            family_name=colleague.family_name,
            title=colleague.title,
            email=f"{key}@vakaa.example",
            phone=policies_of(db).organisation(colleague.organisation).contact.phone,
            language=colleague.language,
            roles=colleague.roles,
        )
        for key, colleague in STAFF.items()
    }
