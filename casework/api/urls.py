from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from casework.api import metrics, pages
from casework.api.figures import ListRouter
from casework.api.token import Token
from casework.api.v1.arrivals import Arrivals
from casework.api.v1.cases import Cases
from casework.api.v1.deadline_types import DeadlineTypes
from casework.api.v1.deadlines import Deadlines
from casework.api.v1.decisions import Decisions
from casework.api.v1.documents import Documents
from casework.api.v1.households import Households
from casework.api.v1.housing_closures import Closures
from casework.api.v1.housing_needs import BedNeeds
from casework.api.v1.housing_placements import Placements
from casework.api.v1.housing_places import Places
from casework.api.v1.housing_turned_away import TurnedAways
from casework.api.v1.housing_units import Units
from casework.api.v1.law_changes import LawChanges
from casework.api.v1.people import People
from casework.api.v1.permits import Permits
from casework.api.v1.reminders import Reminders
from casework.api.v1.statistics import ArrivalStatistic, BedStatistic, StayStatistic, WorkStatistic
from casework.api.v1.stay_rules import StayRules
from casework.api.v1.work_applications import Applications
from casework.api.v1.work_needs import WorkNeeds
from casework.api.v1.work_openings import Openings
from casework.api.v1.work_rules import WorkRules
from casework.api.v1.work_tables import Occupations, Sectors

router = SimpleRouter()
router.register("people", People, basename="people")
router.register("documents", Documents, basename="documents")
router.register("households", Households, basename="households")
router.register("arrivals", Arrivals, basename="arrivals")
router.register("permits", Permits, basename="permits")
router.register("decisions", Decisions, basename="decisions")
router.register("deadlines", Deadlines, basename="deadlines")
router.register("deadline-types", DeadlineTypes, basename="deadline-types")
router.register("stay-rules", StayRules, basename="stay-rules")
router.register("law-changes", LawChanges, basename="law-changes")
router.register("cases", Cases, basename="cases")
router.register("reminders", Reminders, basename="reminders")
router.register("housing/places", Places, basename="housing/places")
router.register("housing/units", Units, basename="housing/units")
router.register("housing/closures", Closures, basename="housing/closures")
router.register("housing/needs", BedNeeds, basename="housing/needs")
router.register("housing/placements", Placements, basename="housing/placements")
router.register("housing/turned-away", TurnedAways, basename="housing/turned-away")
router.register("work/openings", Openings, basename="work/openings")
router.register("work/needs", WorkNeeds, basename="work/needs")
router.register("work/applications", Applications, basename="work/applications")
router.register("work/rules", WorkRules, basename="work/rules")
router.register("work/occupations", Occupations, basename="work/occupations")
router.register("work/sectors", Sectors, basename="work/sectors")

statistics = ListRouter()
statistics.register("statistics/arrivals", ArrivalStatistic, basename="statistics/arrivals")
statistics.register("statistics/stays", StayStatistic, basename="statistics/stays")
statistics.register("statistics/housing", BedStatistic, basename="statistics/housing")
statistics.register("statistics/work", WorkStatistic, basename="statistics/work")

urlpatterns = [
    path("oauth/token/", Token.as_view(), name="token"),
    path("api/v1/", include(router.urls)),
    path("api/v1/", include(statistics.urls)),
    path("api/v1/openapi.yaml", pages.openapi, name="openapi"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="openapi"), name="api-docs"),
    path("healthz/live", pages.live, name="live"),
    path("healthz/ready", pages.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
