"""The front door of an installation that serves several organisations: the home municipality leads to the right one."""

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lending.people.names import sort_name
from lending.policy.policies import Organisation, policies_of
from portal import portal
from web.context import language
from web.forms import QueryForm, SelectField
from web.guard import public
from web.render import render, see_other


class MunicipalityForm(QueryForm):
    """Where do you live? Only municipalities that somebody here serves can be chosen."""

    municipality = SelectField(
        _l("Your home municipality"),
        hint=_l("The municipality where you live permanently."),
        missing=_l("Choose your home municipality."),
    )

    def __init__(self, organisations: list[Organisation]) -> None:
        super().__init__()
        served = [(code, names[language()]) for each in organisations for code, names in _municipalities(each).items()]
        in_order = sorted(served, key=lambda each: sort_name(each[1], ""))
        self.municipality.choices = [("", _l("Choose a municipality")), *in_order]


@portal.get("/")
@public
def home() -> ResponseReturnValue:
    """The front page of the one organisation here, or the way to the one that serves the reader's municipality."""
    organisations = policies_of(g.db).organisations()
    if len(organisations) == 1:
        return see_other("portal.front", organisation=organisations[0].key)
    form = MunicipalityForm(organisations)
    serving = policies_of(g.db).serving(form.municipality.data) if form.asked() else None
    if serving:
        return see_other("portal.front", organisation=serving.key)
    places = {each.key: municipalities_of(each) for each in organisations}
    return render("portal/home.html", form=form, organisations=organisations, places=places)


def municipalities_of(organisation: Organisation) -> list[str]:
    """The names of the municipalities that the organisation serves, in the reader's language."""
    return sorted(names[language()] for names in _municipalities(organisation).values())


def _municipalities(organisation: Organisation) -> dict[str, dict[str, str]]:
    """Code to names in the languages of the service: municipalities have a Finnish and a Swedish name."""
    return {
        code: {"fi": names["fi"], "sv": names["sv"], "en": names["fi"]}
        for code, names in organisation.municipalities.items()
    }
