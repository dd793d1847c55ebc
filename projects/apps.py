from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        from consent.erasure import on_erase  # noqa: PLC0415  models are ready only now
        from projects.erasure import erase_portraits, erase_recordings, erase_samples, erase_spoken  # noqa: PLC0415
        from projects.moderation.moderators import moderators_prepare  # noqa: PLC0415
        from projects.retention.declarations import declare_all  # noqa: PLC0415

        on_erase(erase_portraits)
        on_erase(erase_recordings)
        on_erase(erase_samples)
        on_erase(erase_spoken)
        declare_all()
        post_migrate.connect(moderators_prepare, sender=self)
