"""How organisations pay: not at all, until there is a key of Stripe's."""

from config.settings.environment import env

__all__ = [
    "LIKENESS_BILLING_CURRENCY",
    "LIKENESS_BILLING_GRACE_DAYS",
    "LIKENESS_BILLING_PAGES",
    "LIKENESS_BILLING_TAX",
    "LIKENESS_CREDITS_UNLIMITED",
    "LIKENESS_OPERATOR_CONTACT",
    "LIKENESS_TRIAL_DAYS",
    "LIKENESS_WELCOME_SECONDS",
    "STRIPE_API_ADDRESS",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS",
]

STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
# Several, separated by commas, while one is exchanged for another.
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_API_ADDRESS = env.str("STRIPE_API_ADDRESS", default="https://api.stripe.com")

LIKENESS_BILLING_CURRENCY = env.str("LIKENESS_BILLING_CURRENCY", default="eur").lower()
# Stripe Tax works out the tax; the account at Stripe has to have its registrations entered.
LIKENESS_BILLING_TAX = env.bool("LIKENESS_BILLING_TAX", default=True)
# How long an organisation may go on after a payment failed, and how long a month's seconds wait for the next payment.
LIKENESS_BILLING_GRACE_DAYS = env.int("LIKENESS_BILLING_GRACE_DAYS", default=7)
# Where a form of the plan's page may lead to: Stripe's own pages, or the operator's names for them.
LIKENESS_BILLING_PAGES = env.list(
    "LIKENESS_BILLING_PAGES", default=["https://checkout.stripe.com", "https://billing.stripe.com"]
)
LIKENESS_TRIAL_DAYS = env.int("LIKENESS_TRIAL_DAYS", default=14)
# Seconds of video that a new organisation may make before it is granted more. Where plans are sold it is a taste, which
# ends with the days of the trial.
LIKENESS_WELCOME_SECONDS = env.int("LIKENESS_WELCOME_SECONDS", default=60 if STRIPE_SECRET_KEY else 600)
# Nothing is counted against a limit: for an installation that serves its own house.
LIKENESS_CREDITS_UNLIMITED = env.bool("LIKENESS_CREDITS_UNLIMITED", default=False)
# Whom to ask for more seconds where none are sold; shown as it is written.
LIKENESS_OPERATOR_CONTACT = env.str("LIKENESS_OPERATOR_CONTACT", default="whoever runs this installation")
