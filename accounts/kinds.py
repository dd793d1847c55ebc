"""What a kind of organisation begins with. Each of it can be chosen differently; what keeps clips honest cannot."""

from dataclasses import dataclass

from accounts.models import OrganizationKind


@dataclass(frozen=True)
class KindDefaults:
    """`style`: of a new clip (rendering.engine.motion.STYLES); `commercial`, `public`: what a new clip is taken to be
    for. How long things are kept: projects.retention.classes.DEFAULTS. The label in the picture is the same for all:
    its words are the law's, and no kind of organisation may soften them.
    """

    title: str
    style: str
    commercial: bool = False
    public: bool = False


KINDS: dict[OrganizationKind, KindDefaults] = {
    OrganizationKind.FAMILY: KindDefaults("A family", style="birthday"),
    OrganizationKind.SCHOOL: KindDefaults("A school or a course", style="presenter"),
    OrganizationKind.MUSEUM: KindDefaults("A museum or an archive", style="neutral", public=True),
    OrganizationKind.BRAND: KindDefaults("A company or a brand", style="social", commercial=True, public=True),
}
