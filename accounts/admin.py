"""The site's back office. What has rules is changed by services; here it can be looked at."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.billing.models import BillingAccount, Checkout, MeterReport, StripeEvent, Subscription
from accounts.models import AuditEvent, CreditEntry, Membership, Organization, User


class ReadOnly:
    """For admin classes and inlines: to be looked at, by staff with the permission, and nothing else."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


# People change these on their own pages, with the checks that belong to it; here they could be written without.
for unguarded in (Group, EmailAddress, Authenticator, UserSession):
    admin.site.unregister(unguarded)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """What groups of staff may do: “moderator” is made by migrate."""


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnly, ModelAdmin):
    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified",)
    search_fields = ("email",)
    list_select_related = ("user",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "full_name", "is_active", "is_staff")
    search_fields = ("email", "full_name")
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)


class MembershipInline(ReadOnly, TabularInline):
    model = Membership
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "name", "kind", "created_at")
    list_filter = ("kind",)
    search_fields = ("id", "name")
    inlines = (MembershipInline,)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("organization", "sequence", "at", "action", "object_id", "actor_id")
    list_filter = ("action",)
    search_fields = ("object_id", "actor_id", "organization__id")
    ordering = ("-at",)


@admin.register(CreditEntry)
class CreditEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ("organization", "at", "kind", "seconds", "delta", "render_id", "reason")
    list_filter = ("kind",)
    search_fields = ("render_id", "organization__id")
    ordering = ("-at",)


@admin.register(BillingAccount)
class BillingAccountAdmin(ReadOnly, ModelAdmin):
    list_display = ("organization", "stripe_customer_id", "overage_cap_seconds", "unlimited", "trial_taken_at")
    list_filter = ("unlimited",)
    search_fields = ("organization__id", "organization__name", "stripe_customer_id")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "organization",
        "plan",
        "status",
        "period_end",
        "cancel_at_period_end",
        "past_due_since",
        "synced_at",
    )
    list_filter = ("status", "plan", "cancel_at_period_end")
    search_fields = ("organization__id", "stripe_id")


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "organization", "product", "state", "created_at")
    list_filter = ("state", "product")
    search_fields = ("id", "organization__id", "stripe_id", "payment_intent")


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, ModelAdmin):
    list_display = ("id", "kind", "object_id", "received_at", "handled_at", "attempts", "outcome")
    list_filter = (("handled_at", admin.EmptyFieldListFilter), "kind")
    search_fields = ("id", "object_id")


@admin.register(MeterReport)
class MeterReportAdmin(ReadOnly, ModelAdmin):
    list_display = ("organization", "render_id", "seconds", "at", "sent_at", "attempts", "trouble")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    search_fields = ("organization__id", "render_id")
