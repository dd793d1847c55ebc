from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        from accounts.webhooks.delivery import on_disabled  # noqa: PLC0415  models are ready only now
        from consent.endpoint_letters import endpoint_given_up  # noqa: PLC0415

        on_disabled(endpoint_given_up)
