"""Grants, for those who look after the installation: never changed, only undone."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from trades.models import Account, Grant
from trades.services import grants


class AccountChoice(forms.ModelChoiceField):
    """Names an account so that two of the same number can be told apart."""

    def label_from_instance(self, account: Account) -> str:
        connection = account.connection
        return f"{account} · {account.market} · {connection} of {connection.owner}"


class GrantForm(forms.ModelForm):
    account = AccountChoice(queryset=None)
    trader = forms.ModelChoiceField(queryset=None)

    class Meta:
        model = Grant
        fields = ["account", "trader"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = grants.grantable()
        self.fields["trader"].queryset = grants.traders()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        account, trader = cleaned.get("account"), cleaned.get("trader")
        if account and trader and account.connection.owner_id == trader.pk:
            self.add_error("trader", "The owner of a connection has all its accounts.")
        return cleaned


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):
    form = GrantForm
    list_display = ["account", "connection", "trader", "by", "at"]
    list_select_related = ["account__connection", "trader"]
    ordering = ["-pk"]
    show_full_result_count = False
    view_on_site = False

    @admin.display(description="Connection")
    def connection(self, grant: Grant) -> str:
        return f"{grant.account.connection} of {grant.account.connection.owner}"

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return ["account", "trader", *(["by", "at"] if obj else [])]

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Grant, form, change) -> None:
        grants.give(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Grant) -> None:
        grants.take_back(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        for grant in queryset.select_related("account__connection", "trader"):
            grants.take_back(grant, by=request.user)
