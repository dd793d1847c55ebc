"""Reading: a share by its address, and the shares of a clip."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.ids import is_id
from accounts.models import User
from accounts.permissions import Act
from accounts.selectors import access_organization
from projects.models import Clip
from projects.sharing.models import Share

# The same id gives the same link each time, so that it can be shown again without being stored.
_signer = Signer(salt="projects.share")


def share_url(share: Share) -> str:
    """The whole address at which the clip is watched, to be sent."""
    return settings.LIKENESS_SITE_URL + reverse("rendering:watch", args=[share_token(share)])


def share_token(share: Share) -> str:
    return _signer.sign(share.pk)


def share_by_token(token: str) -> Share | None:
    """The share that an address stands for; None for one that is not ours, has ended, or was revoked."""
    try:
        share_id = _signer.unsign(token)
    except BadSignature:
        return None
    live = Share.objects.filter(pk=share_id, revoked_at=None, expires_at__gt=timezone.now())
    paths = ("organization", "clip__organization", "clip__portrait__subject", "clip__recording")
    return live.select_related(*paths).first()


def live_shares(clip: Clip) -> QuerySet[Share]:
    """The clip's links that work now, newest first."""
    return Share.objects.filter(clip=clip, revoked_at=None, expires_at__gt=timezone.now())


def access_share(user: User, share_id: str, *, act: Act = Act.DOWNLOAD) -> Share:
    """The share, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(share_id, "shr"):
        raise Http404
    share = Share.objects.select_related("organization", "clip").filter(pk=share_id).first()
    if share is None:
        raise Http404
    access_organization(user, share.organization_id, act=act)
    return share
