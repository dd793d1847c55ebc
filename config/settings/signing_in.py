"""How people sign in: django-allauth, by e-mail address, with a second factor for those who set one up."""

from urllib.parse import urlsplit

from config.settings.core import LIKENESS_SITE_URL
from config.settings.environment import env

__all__ = [
    "ACCOUNT_ADAPTER",
    "ACCOUNT_CHANGE_EMAIL",
    "ACCOUNT_DEFAULT_HTTP_PROTOCOL",
    "ACCOUNT_EMAIL_NOTIFICATIONS",
    "ACCOUNT_EMAIL_SUBJECT_PREFIX",
    "ACCOUNT_EMAIL_VERIFICATION",
    "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED",
    "ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND",
    "ACCOUNT_FORMS",
    "ACCOUNT_LOGIN_METHODS",
    "ACCOUNT_LOGOUT_REDIRECT_URL",
    "ACCOUNT_RATE_LIMITS",
    "ACCOUNT_REAUTHENTICATION_REQUIRED",
    "ACCOUNT_SIGNUP_FIELDS",
    "ACCOUNT_USER_MODEL_USERNAME_FIELD",
    "MFA_ALLOW_UNVERIFIED_EMAIL",
    "MFA_PASSKEY_LOGIN_ENABLED",
    "MFA_SUPPORTED_TYPES",
    "MFA_TOTP_ISSUER",
    "MFA_TOTP_TOLERANCE",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
]

# Without a mail server nobody could ever read the code that an address is verified with.
_verified = env.bool("LIKENESS_VERIFY_EMAIL", default=bool(env.str("EMAIL_URL", default="")))
_site = urlsplit(LIKENESS_SITE_URL)

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if _verified else "none"
# A code is typed where one signs up; a link would be followed by mail scanners, and opened in another browser.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = _verified
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = _verified
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_LOGOUT_REDIRECT_URL = "accounts:home"
# Before a password, an address or a second factor is changed, the person is asked again who they are.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A person mistypes a few times; a list of stolen passwords has thousands of lines. A school shares one address.
# "login_failed_here": one account from one address, so that a stranger elsewhere cannot lock its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "300/15m/ip",
    "login_failed": "100/15m/ip,100/h/key",
    "login_failed_here": "10/15m/key",
    "signup": "60/h/ip",
    "reset_password": "20/m/ip,5/h/key",
}

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Likeness"
# One code before and after: the clock of a phone is a few seconds off.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = not _verified
# Browsers take "localhost" for safe without https, and no other name.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _site.scheme == "http"
