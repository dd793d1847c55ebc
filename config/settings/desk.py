"""The look of the back office, and what stands in its menu: everybody sees only what they may open."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

__all__ = ["UNFOLD"]


def _link(title: str, icon: str, name: str, permission: str, badge: str = "") -> dict[str, Any]:
    """`name`: of a page of the admin, or with a namespace; `permission` names a function of rendering.desk.menu."""
    link = {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(name if ":" in name else f"admin:{name}"),
        "permission": f"rendering.desk.menu.{permission}",
    }
    return link | ({"badge": f"rendering.desk.menu.{badge}"} if badge else {})


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "collapsible": False, "items": list(items)}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Likeness · back office",
    "SITE_HEADER": "Likeness",
    "SITE_SUBHEADER": "Back office",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("logo.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "rendering.desk.menu.first_page",
    "STYLES": [lambda request: static("desk.css")],
    "SCRIPTS": [lambda request: static("desk.js")],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        # The site's warm greys and its burnt orange.
        "base": {
            "50": "#fbf7f1",
            "100": "#f4ede3",
            "200": "#e6dccf",
            "300": "#d3c6b6",
            "400": "#a99a8a",
            "500": "#7b6e62",
            "600": "#5d5248",
            "700": "#463c34",
            "800": "#2e2620",
            "900": "#201a16",
            "950": "#17120f",
        },
        "primary": {
            "50": "#fdf4ee",
            "100": "#f9e8de",
            "200": "#f2cdb8",
            "300": "#eaaa88",
            "400": "#e0825a",
            "500": "#c8592f",
            "600": "#a23f1c",
            "700": "#84300f",
            "800": "#6a2810",
            "900": "#562411",
            "950": "#2f1006",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            _group(
                "Desk",
                _link("Cases", "gavel", "projects_case_changelist", "moderates", "cases_to_do"),
                _link("Spoken words", "hearing", "consent:spoken", "is_staff", "words_to_hear"),
                _link("Selfies", "familiar_face_and_zone", "consent:selfies", "is_staff", "answers_to_see"),
                _link("Figures", "monitoring", "moderation_figures", "moderates"),
            ),
            _group(
                "Consent",
                _link("Subjects", "face", "consent_subject_changelist", "sees_subjects"),
                _link("Questions", "contact_mail", "consent_consentrequest_changelist", "sees_questions"),
                _link("Events", "verified_user", "consent_consentevent_changelist", "sees_events"),
                _link("“Not me” reports", "report", "consent_likenessreport_changelist", "sees_reports"),
                _link("Refused pictures", "block", "consent_optout_changelist", "sees_opt_outs"),
            ),
            _group(
                "Keeping and deleting",
                _link("Legal holds", "lock", "projects_legalhold_changelist", "sees_holds"),
                _link(
                    "Certificates", "workspace_premium", "projects_deletioncertificate_changelist", "sees_certificates"
                ),
                _link("Sweeps", "cleaning_services", "projects_sweeprun_changelist", "sees_sweeps"),
                _link("Erasures", "ink_eraser", "consent_erasurerequest_changelist", "sees_erasures"),
            ),
            _group(
                "What was made",
                _link("Projects", "folder", "projects_project_changelist", "sees_projects"),
                _link("Portraits", "portrait", "projects_portrait_changelist", "sees_portraits"),
                _link("Clips", "movie", "projects_clip_changelist", "sees_clips"),
                _link("Renders", "memory", "rendering_render_changelist", "sees_renders"),
            ),
            _group(
                "Accounts",
                _link("Organisations", "apartment", "accounts_organization_changelist", "sees_organizations"),
                _link("Users", "group", "accounts_user_changelist", "sees_users"),
                _link("Groups", "admin_panel_settings", "auth_group_changelist", "sees_groups"),
                _link("Audit log", "receipt_long", "accounts_auditevent_changelist", "sees_audit"),
                _link("Credits", "timer", "accounts_creditentry_changelist", "sees_credits"),
            ),
        ],
    },
}
