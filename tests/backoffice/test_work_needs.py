"""Who looks for work, at the desk and in their file."""

from __future__ import annotations

from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from casework.work.models import Need
from tests.backoffice.pages_of_work import NEEDS, page_of
from tests.factories.cases import CaseFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory
from tests.factories.work import ApplicationFactory, WorkNeedFactory


def test_from_the_file_to_a_need(desk: Client) -> None:
    arrival = ArrivalFactory.create(person__languages=["ru", "en"])
    file = f"/admin/people/person/{arrival.person_id}/"
    assert "Does not look for work" in desk.get(f"{file}change/").content.decode()
    form = desk.get(f"{file}looks-for-work/").context["parts"][0].form
    assert form.initial["country"] == "GE"
    assert form.initial["spoken"] == [("ru", ""), ("en", "")]
    values = {
        "occupations": ["7112", "", ""], "skills": " welding,  crane ", "country": "GE", "city": "Tbilisi",
        "sectors": ["F"], "spoken": ["ru", "en"], "spoken_level": ["native", "B1"], "available_from": "",
    }  # fmt: skip
    assert desk.post(f"{file}looks-for-work/", values).status_code == 302
    need = Need.objects.get()
    assert (need.occupations, need.skills, need.sectors) == (["7112"], ["welding", "crane"], ["F"])
    assert need.language_levels == {"ru": "native", "en": "B1"}
    again = desk.post(f"{file}looks-for-work/", values)
    assert "already looks for work" in again.content.decode()
    box = desk.get(f"{file}change/").content.decode()
    assert "Looks for: Bricklayers and related workers, welding, crane" in box


def test_the_file_says_whether_they_may_work(desk: Client) -> None:
    application = ApplicationFactory.create(need__person=ArrivalFactory.create().person)
    page = desk.get(f"/admin/people/person/{application.need.person_id}/change/")
    [(country, right)] = page.context["file"].work.rights
    assert country == "GE"
    assert right.detail in page.content.decode()
    assert "Vake Building" in page.content.decode()


def test_whose_file_it_is(desk: Client) -> None:
    person = PersonFactory.create(family_name="Zhuravleva")
    PersonFactory.create(family_name="Petrova")
    page = desk.get(f"{NEEDS}add/?q=журавлева").content.decode()
    assert f"/admin/people/person/{person.pk}/looks-for-work/" in page
    assert "Petrova" not in page
    assert Event.objects.get(action="person.read").object_id == person.pk
    assert "Nobody of that name" in desk.get(f"{NEEDS}add/?q=nobody").content.decode()


def test_the_list_of_needs(desk: Client, nino: User) -> None:
    def shown(**asked: str) -> set[str]:
        return {row.person.family_name for row in desk.get(NEEDS, asked).context["cl"].result_list}

    mine = WorkNeedFactory.create(person__family_name="Mine")
    CaseFactory.create(household=mine.person.household, assigned_to=nino)
    WorkNeedFactory.create(person__family_name="Other", city="Batumi", sectors=["I"])
    WorkNeedFactory.create(person__family_name="Gone", withdrawn=True)
    assert shown() == {"Mine", "Other"}
    assert shown(whose="mine") == {"Mine"}
    assert shown(state="withdrawn") == {"Gone"}
    assert shown(city="GE/batumi") == {"Other"}
    assert shown(sector="I") == {"Other"}
    assert shown(q="other") == {"Other"}


def test_change_and_end_a_need(desk: Client) -> None:
    application = ApplicationFactory.create()
    need = application.need
    values = {"occupations": ["5120"], "city": "Batumi", "country": "GE", "version": 1}
    assert desk.post(f"{NEEDS}{need.pk}/edit/", values).status_code == 302
    need.refresh_from_db()
    assert (need.occupations, need.city_key, need.sectors) == (["5120"], "batumi", [])
    assert desk.post(f"{NEEDS}{need.pk}/withdraw/", {"reason": "moves on", "version": 2}).status_code == 302
    application.refresh_from_db()
    assert (application.status, application.reason) == ("withdrawn", "moves on")
    assert "This search is over" in desk.get(page_of(need)).content.decode()


def test_occupations_that_are_none_are_refused(desk: Client) -> None:
    need = WorkNeedFactory.create()
    page = desk.post(f"{NEEDS}{need.pk}/edit/", {"occupations": ["7112", "no\0such"], "version": 1})
    assert "No occupation is called" in str(page.context["parts"][0].form.errors["occupations"])
