from django.apps import AppConfig


class RenderingConfig(AppConfig):
    name = "rendering"

    def ready(self) -> None:
        from accounts.billing.clips import on_clips  # noqa: PLC0415  models are ready only now
        from consent.telling import on_find, on_tell  # noqa: PLC0415
        from consent.withdrawal import on_withdrawn  # noqa: PLC0415
        from projects.moderation.collecting import on_collect  # noqa: PLC0415
        from rendering.did.retention import declare_did  # noqa: PLC0415
        from rendering.retention import declare_all  # noqa: PLC0415
        from rendering.services import withdraw_renders  # noqa: PLC0415
        from rendering.spending import clips_of_renders  # noqa: PLC0415
        from rendering.stopped import stopped_renders  # noqa: PLC0415
        from rendering.told import portraits_told, renders_told, subject_of_clip  # noqa: PLC0415

        on_withdrawn(withdraw_renders)
        on_clips(clips_of_renders)
        on_tell(renders_told)
        on_tell(portraits_told)
        on_find(subject_of_clip)
        declare_all()
        declare_did()
        on_collect(stopped_renders)
