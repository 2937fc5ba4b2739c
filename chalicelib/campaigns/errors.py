"""What can be wrong with a campaign, its runs and its sends."""

from chalicelib.core.errors import Conflict, InvalidRequest, NotFound, Unavailable


class CampaignNotFound(NotFound):
    """There is no campaign with this id."""


class CampaignExists(Conflict):
    """A campaign with this id was created before."""


class CampaignChanged(Conflict):
    """Somebody else changed the campaign in between."""


class CampaignNotActive(Conflict):
    """A draft or paused campaign launches nothing."""


class ScheduleInvalid(InvalidRequest):
    """No instant comes of this schedule."""


class TemplateInvalid(InvalidRequest):
    """The text does not compile, or asks for what no recipient has."""


class CouponUnknown(InvalidRequest):
    """The campaign names a coupon that does not exist."""


class AudienceUnknown(InvalidRequest):
    """The campaign is for carriers of a tag that does not exist."""


class RunNotFound(NotFound):
    """There is no such run of this campaign."""


class PageUnfinished(Unavailable):
    """Another worker holds a send of this page: the page is to be delivered again."""


class AlreadyDecided(Conflict):
    """There is a decision on this send already."""


class SendMoved(Conflict):
    """Somebody else moved this send in between."""


class CapRingMoved(Conflict):
    """Somebody else sent this shopper something in between."""
