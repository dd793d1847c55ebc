"""A small Stripe: a real HTTP server in a thread that speaks the endpoints used here, through which the real library
talks. It keeps idempotency keys, reads form-encoded bodies, pages lists, and signs webhooks that a test may hand over
late, twice and in any order. What a customer does on Stripe's pages, a test does by calling a method.
"""

import copy
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

SECRET = "whsec_of_the_tests"
KEY = "sk_test_of_the_tests"
MONTH = 30 * 86_400

Object = dict[str, Any]


def nested(pairs: list[tuple[str, str]]) -> Object:
    """The form's fields as the objects and lists that they stand for: `items[0][price]=x`."""
    tree: Object = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        spot = tree
        for part in path:
            spot = spot.setdefault(part, {})
        spot[last] = value
    return _lists(tree)


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    made = {name: _lists(value) for name, value in tree.items()}
    return [made[name] for name in sorted(made, key=int)] if made and all(n.isdecimal() for n in made) else made


class Refused(Exception):  # noqa: N818
    """An answer with an error, as Stripe words it."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": {"type": kind, "message": message, **more}}


class FakeStripe:
    """The server's state. `events` are those that were not handed over yet, in the order in which they happened."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.requests: list[tuple[str, str, Object]] = []
        self.events: list[Object] = []
        self.meter_events: dict[str, Object] = {}
        self.card_declined = False
        self.broken = False
        self.now = int(time.time())
        self.address = ""
        self._answers: dict[str, tuple[Object, int, Object]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()

    # ------------------------------------------------------------------ what tests ask and do
    def of(self, kind: str) -> list[Object]:
        return [thing for thing in self.objects.values() if thing["object"] == kind]

    def writes(self, path: str) -> list[Object]:
        """The bodies of the POST requests to `path`."""
        return [body for method, asked, body in self.requests if method == "POST" and asked == path]

    def pay(self, session_id: str) -> Object:
        """The customer pays, or begins a trial; the browser would now be led back."""
        session = self.objects[session_id]
        session |= {"status": "complete", "payment_status": "paid"}
        if session["mode"] == "payment":
            session["payment_intent"] = self._new("pi", "payment_intent")["id"]
            total = session["line_items"]["data"][0]["price"]["unit_amount"]
            self._new("ch", "charge", payment_intent=session["payment_intent"], amount=total, amount_refunded=0)
            self._invoice(session["customer"], total)
        else:
            session["subscription"] = self._subscribe(session)["id"]
        self._event("checkout.session.completed", session)
        return session

    def renew(self, subscription_id: str, *, paid: bool = True) -> None:
        """The next month begins; its invoice is a draft for an hour, and is then paid, or not."""
        subscription = self.objects[subscription_id]
        for item in subscription["items"]["data"]:
            item["current_period_start"] = item["current_period_end"]
            item["current_period_end"] += MONTH
        price = subscription["items"]["data"][0]["price"]
        invoice = self._invoice(subscription["customer"], price["unit_amount"], subscription_id, status="draft")
        subscription |= {"status": "active", "latest_invoice": invoice["id"]}
        self._event("customer.subscription.updated", subscription)
        if paid:
            self.settle(subscription_id)
        else:
            invoice["status"] = "open"
            subscription["status"] = "past_due"
            self._event("invoice.payment_failed", invoice)
            self._event("customer.subscription.updated", subscription)

    def settle(self, subscription_id: str) -> None:
        """The last invoice is paid."""
        subscription = self.objects[subscription_id]
        invoice = self.objects[subscription["latest_invoice"]]
        invoice["status"], subscription["status"] = "paid", "active"
        self._event("invoice.paid", invoice)
        self._event("customer.subscription.updated", subscription)

    def end(self, subscription_id: str) -> None:
        subscription = self.objects[subscription_id]
        subscription |= {"status": "canceled", "ended_at": self.now}
        self._event("customer.subscription.deleted", subscription)

    def refund(self, payment_intent: str, amount: int) -> None:
        charge = next(charge for charge in self.of("charge") if charge["payment_intent"] == payment_intent)
        charge["amount_refunded"] += amount
        self._event("charge.refunded", charge)

    def signed(self, event: Object, *, secret: str = SECRET, timestamp: int | None = None) -> tuple[str, str]:
        """The body of a webhook, and its signature."""
        body = json.dumps(event)
        return body, stripe.WebhookSignature.generate_signature_header(body, secret, timestamp)

    def deliver(self, send: Callable[[str, str], int], events: list[Object] | None = None) -> list[int]:
        """Hand events over (all that are waiting) by `send(body, signature)`; the statuses that were answered."""
        chosen = self.events if events is None else events
        statuses = [send(*self.signed(event)) for event in chosen]
        self.events = []
        return statuses

    # ------------------------------------------------------------------ requests
    def answer(self, method: str, path: str, params: Object, key: str) -> tuple[int, Object]:
        with self._lock:
            self.requests.append((method, path, params))
            if self.broken:
                return 500, {"error": {"type": "api_error", "message": "broken for the test"}}
            if method == "POST":
                if not key:
                    return 400, {"error": {"type": "invalid_request_error", "message": "a write without a key"}}
                if key in self._answers:
                    before, status, answer = self._answers[key]
                    if before != params:
                        return 400, {"error": {"type": "idempotency_error", "message": "same key, another request"}}
                    return status, answer
            try:
                status, answer = 200, copy.deepcopy(self._route(method, path, copy.deepcopy(params)))
            except Refused as error:
                status, answer = error.status, error.body
            if method == "POST":
                self._answers[key] = (params, status, answer)
            return status, answer

    def _route(self, method: str, path: str, params: Object) -> Object:  # noqa: PLR0911, PLR0912  one line an endpoint
        parts = path.removeprefix("/v1/").split("/")
        match (method, parts):
            case "POST", ["customers"]:
                return self._new("cus", "customer", **params)
            case "GET", ["prices"]:
                wanted = set(params.get("lookup_keys", []))
                return self._page([price for price in self.of("price") if price["lookup_key"] in wanted], params)
            case "POST", ["prices"]:
                return self._price(params)
            case "GET", ["billing", "meters"]:
                return self._page(self.of("billing.meter"), params)
            case "POST", ["billing", "meters"]:
                return self._new("mtr", "billing.meter", **params)
            case "POST", ["billing", "meter_events"]:
                return self._meter_event(params)
            case "POST", ["checkout", "sessions"]:
                return self._session(params)
            case "POST", ["checkout", "sessions", session, "expire"]:
                self.objects[session]["status"] = "expired"
                return self.objects[session]
            case "POST", ["billing_portal", "sessions"]:
                return {"id": "bps_1", "object": "billing_portal.session", "url": f"{self.address}/portal"}
            case "POST", ["subscriptions", subscription]:
                return self._change(self._found(subscription), params)
            case "POST", ["invoices", "create_preview"]:
                return self._preview(self._found(params["subscription"]), params["subscription_details"])
            case "DELETE", ["subscriptions", subscription]:
                if self._found(subscription)["status"] == "canceled":
                    raise Refused(404, "invalid_request_error", "No such subscription", code="resource_missing")
                self.end(subscription)
                return self.objects[subscription]
            case "GET", ["invoices"]:
                owned = [invoice for invoice in self.of("invoice") if invoice["customer"] == params["customer"]]
                return self._page(owned[::-1], params)
            case "GET", [*_, thing]:
                return self._expanded(self._found(thing), params)
        raise Refused(404, "invalid_request_error", f"no such endpoint: {method} {path}")

    def _found(self, thing: str) -> Object:
        if thing not in self.objects:
            raise Refused(404, "invalid_request_error", f"No such object: {thing}", code="resource_missing")
        return self.objects[thing]

    def _expanded(self, thing: Object, params: Object) -> Object:
        told = copy.deepcopy(thing)
        for name in params.get("expand", []):
            if isinstance(told.get(name), str):
                told[name] = copy.deepcopy(self.objects[told[name]])
        if thing["object"] == "checkout.session" and "line_items" not in params.get("expand", []):
            told.pop("line_items")
        return told

    def _page(self, things: list[Object], params: Object) -> Object:
        if after := params.get("starting_after"):
            things = things[[thing["id"] for thing in things].index(after) + 1 :]
        limit = int(params.get("limit", 10))
        return {"object": "list", "data": things[:limit], "has_more": len(things) > limit, "url": "/v1/list"}

    def _new(self, prefix: str, kind: str, **values: Any) -> Object:
        made = {**values, "id": f"{prefix}_{next(self._numbers)}", "object": kind, "created": self.now}
        self.objects[made["id"]] = made
        return made

    def _event(self, kind: str, thing: Object) -> None:
        self.now += 1
        event = self._new("evt", "event", type=kind, livemode=False)
        # As it was at the moment: what comes late tells of what was.
        event["data"] = {"object": copy.deepcopy(thing)}
        self.events.append(event)

    def _price(self, params: Object) -> Object:
        amount = params.get("unit_amount")
        product = self._new("prod", "product", **params.pop("product_data"))
        return self._new(
            "price",
            "price",
            **{
                **params,
                "product": product["id"],
                "unit_amount": int(amount) if amount else None,
                "unit_amount_decimal": params.get("unit_amount_decimal", amount),
                "active": True,
            },
        )

    def _session(self, params: Object) -> Object:
        self._found(params["customer"])
        lines = [
            {"id": f"li_{next(self._numbers)}", "object": "item", "price": self._found(line["price"])}
            | ({"quantity": int(line["quantity"])} if "quantity" in line else {"quantity": None})
            for line in params.pop("line_items")
        ]
        session = self._new("cs_test", "checkout.session", **params)
        session |= {
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "subscription": None,
            "url": f"{self.address}/pay/{session['id']}",
            "line_items": {"object": "list", "data": lines, "has_more": False, "url": ""},
        }
        return session

    def _subscribe(self, session: Object) -> Object:
        wanted = session["subscription_data"]
        trial = int(wanted.get("trial_period_days", 0)) * 86_400
        end = self.now + (trial or MONTH)
        items = [
            {
                "id": f"si_{next(self._numbers)}",
                "object": "subscription_item",
                "price": line["price"],
                "quantity": line["quantity"],
                "current_period_start": self.now,
                "current_period_end": end,
            }
            for line in session["line_items"]["data"]
        ]
        subscription = self._new(
            "sub",
            "subscription",
            customer=session["customer"],
            status="trialing" if trial else "active",
            metadata=wanted.get("metadata", {}),
            items={"object": "list", "data": items, "has_more": False, "url": ""},
            cancel_at_period_end=False,
            trial_end=end if trial else None,
            ended_at=None,
        )
        amount = 0 if trial else items[0]["price"]["unit_amount"]
        subscription["latest_invoice"] = self._invoice(session["customer"], amount, subscription["id"])["id"]
        self._event("customer.subscription.created", subscription)
        self._event("invoice.paid", self.objects[subscription["latest_invoice"]])
        return subscription

    def _invoice(self, customer: str, amount: int, subscription: str = "", *, status: str = "paid") -> Object:
        parent = {"type": "subscription_details", "subscription_details": {"subscription": subscription}}
        number = next(self._numbers)
        return self._new(
            "in",
            "invoice",
            customer=customer,
            number=f"LIKE-{number:04}",
            status=status,
            total=amount,
            amount_due=amount,
            currency="eur",
            collection_method="charge_automatically",
            hosted_invoice_url=f"{self.address}/invoice/{number}",
            invoice_pdf=f"{self.address}/invoice/{number}/pdf",
            parent=parent if subscription else None,
        )

    def _change(self, subscription: Object, params: Object) -> Object:
        if "cancel_at_period_end" in params:
            subscription["cancel_at_period_end"] = params["cancel_at_period_end"] == "true"
        for change in params.get("items", []):
            item = next(item for item in subscription["items"]["data"] if item["id"] == change["id"])
            price = self._found(change["price"])
            if params["proration_behavior"] == "always_invoice":
                if self.card_declined:
                    raise Refused(402, "card_error", "Your card was declined.", code="card_declined", param="")
                more = price["unit_amount"] - item["price"]["unit_amount"]
                invoice = self._invoice(subscription["customer"], more, subscription["id"])
                subscription["latest_invoice"] = invoice["id"]
                self._event("invoice.paid", invoice)
            item["price"] = price
        self._event("customer.subscription.updated", subscription)
        return subscription

    def _preview(self, subscription: Object, details: Object) -> Object:
        (change,) = details["items"]
        item = next(item for item in subscription["items"]["data"] if item["id"] == change["id"])
        more = self._found(change["price"])["unit_amount"] - item["price"]["unit_amount"]
        return {"id": "upcoming_in_1", "object": "invoice", "amount_due": max(0, more), "currency": "eur"}

    def _meter_event(self, params: Object) -> Object:
        if params["identifier"] in self.meter_events:
            raise Refused(400, "invalid_request_error", "An event already exists with this identifier.")
        made = {**params, "object": "billing.meter_event", "created": self.now, "livemode": False}
        self.meter_events[params["identifier"]] = made
        return made


class _Handler(BaseHTTPRequestHandler):
    stripe: FakeStripe
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path.startswith("/v1/"):
            self._answer("GET", asked.path, nested(parse_qsl(asked.query, keep_blank_values=True)))
        else:
            self._page(asked.path)

    def do_DELETE(self) -> None:
        asked = urlsplit(self.path)
        self._answer("DELETE", asked.path, nested(parse_qsl(asked.query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if not self.path.startswith("/v1/"):
            self._paid(self.path)
            return
        self._answer("POST", self.path, nested(parse_qsl(body, keep_blank_values=True)))

    def _answer(self, method: str, path: str, params: Object) -> None:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._send(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}})
            return
        self._send(*self.stripe.answer(method, path, params, self.headers.get("Idempotency-Key", "")))

    def _send(self, status: int, answer: Object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        # So that the library does not try again and again what a test has broken.
        self.send_header("Stripe-Should-Retry", "false")
        self.end_headers()
        self.wfile.write(body)

    def _page(self, path: str) -> None:
        """The checkout as a browser sees it: one button."""
        body = f"<!doctype html><title>Checkout</title><form method=post action='{path}'><button>Pay</button></form>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _paid(self, path: str) -> None:
        session = self.stripe.pay(path.rpartition("/")[2])
        self.send_response(303)
        self.send_header("Location", session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[FakeStripe]:
    """A fake that answers on a port of this machine."""
    fake = FakeStripe()
    handler = type("Handler", (_Handler,), {"stripe": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
