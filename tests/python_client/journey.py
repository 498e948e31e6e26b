"""A company's whole way: it applies, gets an account, is paid, exchanges, pays. Every call is made, every answer and every
notification verified, and every sum compared with one that is kept here.

Anything else than what the protocol says ends it with an error and the exit status 1.
"""

import os
import sys
import traceback
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal

import bodies
import self_check
from client import Client, Refused
from control import Control
from operations import CALLS
from receiver import BASE, SINGLE, Receiver
from signature import Signer, Verifier

# Known to the platform before the journey begins. Its key hands in the applications of others, too.
AGENT = "M24061911365700670"
KEY_ID = "K-PYTHON"


class Mismatch(Exception):
    """The platform doesn't do what it should."""


def main():
    try:
        summary = Journey().run()
    except Exception:
        traceback.print_exc()
        return 1
    print(summary)
    return 0


def check(found, expected, what):
    if found != expected:
        raise Mismatch(f"{what}: expected {expected!r}, found {found!r}")


def refused(status, ret_code, call, *arguments, is_signed=True):
    """The call must be refused in this way."""
    try:
        answer = call(*arguments)
    except Refused as refusal:
        check((refusal.status, refusal.ret_code), (status, ret_code), f"refusal ({refusal})")
        check(refusal.is_signed, is_signed, f"whether {refusal} is signed")
        return refusal
    raise Mismatch(f"should be refused with {status} {ret_code}, answered {answer}")


class Journey:
    def __init__(self):
        env = os.environ
        signer = Signer(KEY_ID)
        verifier = Verifier(env["EMULATOR_KEY_ID"], env["EMULATOR_PUBLIC_KEY_PEM"])
        self_check.run(verifier)
        self.client = Client(env["EMULATOR_URL"], env["EMULATOR_CA_FILE"], signer, verifier)
        self.receiver = Receiver(verifier)
        self.control = Control(env["EMULATOR_CONTROL"], env["EMULATOR_TOKEN"])
        self.control.register(AGENT, signer)
        self.control.subscribe(self.receiver.origin + SINGLE)
        self.control.subscribe(self.receiver.origin + BASE, under=True)
        self.receiver.own(AGENT)
        self.merchant = None
        self.balances = Counter()

    def run(self):
        self.onboarding()
        self.assessment()
        account = self.virtual_account()
        order_no = self.order()
        self.remittance(account, order_no, 1_000_000)
        self.exchange("USD", "EUR", 400_000)
        self.exchange("EUR", "JPY", 33_333)
        payee = self.payee()
        self.payments(payee)
        self.refusals(payee)
        self.control.advance(0)
        check(self.client.called, set(CALLS), "calls that were made and answered")
        notifications = self.receiver.finish()
        return (
            f"{len(self.client.called)} calls, {self.client.verified} answers verified, "
            f"{len(self.receiver.kinds())} kinds, {notifications} notifications verified, "
            f"{self.client.unsigned} unsigned refusals"
        )

    def call(self, name, body):
        return self.client.call(name, body, self.merchant)

    def check_balances(self):
        accounts = self.call("balance.inquiry", {})["accounts"]
        for account in accounts:
            check(account["available_amount"], account["balance"], "what can be spent, with nothing frozen")
        found = {account["currency"]: account["balance"] for account in accounts}
        check(found, dict(self.balances), "balances")
        for currency, balance in self.balances.items():
            accounts = self.call("balance.inquiry", {"currency": currency})["accounts"]
            check([a["balance"] for a in accounts], [balance], f"balance of {currency}")

    def onboarding(self):
        call = self.client.call
        wrong = bodies.company("ONB-1", "Hangzhou Chairs EMU-REJECTED")
        answer = call("onboarding.apply", wrong)
        merchant = answer["merch_id"]
        self.receiver.own(merchant)
        check(call("onboarding.apply", wrong)["merch_id"], merchant, "the merchant of a repeated application")
        refused(400, "010004", call, "onboarding.apply", bodies.company("ONB-1", "Another Ltd"))
        refused(404, "010002", call, "onboarding.inquiry", {"request_id": "ONB-NONE"})
        check(call("onboarding.inquiry", {"request_id": "ONB-1"})["status"], "INIT", "application")
        self.control.advance(5)
        about = {"request_id": "ONB-1", "merch_id": merchant}
        self.receiver.expect("onboarding", status="WAIT", **about)
        self.receiver.expect("onboarding", status="REJECTED", **about)
        check(call("onboarding.inquiry", {"merch_id": merchant})["status"], "REJECTED", "application")
        right = bodies.company("ONB-2", "Hangzhou Chairs Ltd", merch_id=merchant)
        call("onboarding.update", right)
        check(call("onboarding.inquiry", {"merch_id": merchant})["status"], "WAIT", "corrected application")
        self.receiver.expect("onboarding", status="WAIT", **about)
        self.control.advance(5)
        came = self.receiver.expect("onboarding", status="PASS", **about)
        check(call("onboarding.inquiry", {"merch_id": merchant}), came, "inquiry and notification")
        check(call("onboarding.update", right)["merch_id"], merchant, "the merchant of a repeated correction")
        late = bodies.company("ONB-3", "Hangzhou Chairs Ltd", merch_id=merchant)
        refused(400, "010003", call, "onboarding.update", late)
        self.merchant = merchant
        self.check_balances()

    def assessment(self):
        submitted = bodies.company("ASM-1", "Second Chairs EMU-REJECTED")
        merchant = self.client.call("assessment.submit", submitted)["merch_id"]
        self.receiver.own(merchant)
        self.control.advance(5)
        about = {"request_id": "ASM-1", "merch_id": merchant}
        self.receiver.expect("assessment", status="WAIT", **about)
        self.receiver.expect("assessment", status="REJECTED", **about)
        corrected = bodies.company("ASM-2", "Second Chairs EMU-RISK-HIGH", merch_id=merchant)
        self.client.call("assessment.update", corrected, merchant)
        self.receiver.expect("assessment", status="WAIT", **about)
        self.control.advance(5)
        came = self.receiver.expect("assessment", status="PASS", risk_level="HIGH", **about)
        answer = self.client.call("assessment.result", {"merch_id": merchant}, merchant)
        check(answer, came, "inquiry and notification")

    def virtual_account(self):
        body = {"request_id": "VA-1", "currencies": ["USD", "EUR"], "country_code": "US", "type": "LOCAL"}
        check(self.call("va.apply", body)["status"], "INIT", "account")
        self.control.advance(5)
        came = self.receiver.expect("va", request_id="VA-1", merch_id=self.merchant, status="ENABLED")
        for name in ("account_no", "bic_swift_code", "bank_name", "routing_number"):
            check(bool(came[name]), True, f"whether the enabled account has a {name}")
        check(self.call("va.inquiry", {"request_id": "VA-1"}), came, "inquiry and notification")
        return came["account_no"]

    def order(self):
        contract = self.client.upload("contract.pdf", b"%PDF-1.7 contract\r\n\x00\xff", self.merchant)
        invoice = self.client.upload("发票.pdf", b"%PDF-1.7 invoice", self.merchant)
        check(contract != invoice, True, "whether two files have two ids")
        wrong = (self.client.upload, "forged.pdf", b"other bytes", self.merchant, "0" * 64)
        refused(400, "010000", *wrong)
        too_large = bytes(10 * 1024 * 1024 + 1)
        refused(400, "010005", self.client.upload, "large.bin", too_large, self.merchant)
        body = bodies.order("ORD-1", 1_000_000, [contract], [invoice])
        answer = self.call("order.create", body)
        order_no = answer["contract_order_no"]
        self.control.advance(5)
        about = {"request_id": "ORD-1", "merch_id": self.merchant}
        self.receiver.expect("order", status="RELATABLE", **about)
        self.call("order.update", {**body, "remark": "shipped in two parts"})
        self.receiver.expect("order", status="PENDING", **about)
        self.control.advance(5)
        self.receiver.expect("order", status="RELATABLE", **about)
        supplement = {"contract_order_no": order_no, "logistics_info": bodies.logistics("SHIPPED")}
        check(self.call("order.supplement", supplement)["status"], "RELATABLE", "supplemented order")
        for handle in ({"request_id": "ORD-1"}, {"contract_order_no": order_no}):
            answer = self.call("order.inquiry", handle)
            check((answer["contract_order_no"], answer["status"]), (order_no, "RELATABLE"), "order")
        return order_no

    def remittance(self, account_no, order_no, amount):
        receipt = self.control.land(self.merchant, "USD", amount)
        about = {"merch_id": self.merchant, "recv_order_no": receipt}
        money = {"amount": amount, "currency": "USD", "account_no": account_no}
        self.receiver.expect("remittance", status="PENDING_RELATE", **about, **money)
        self.check_balances()
        related = [
            {"contract_order_no": order_no, "amount": amount - 1},
            {"contract_order_no": order_no, "amount": 1},
        ]
        short = {"recv_order_no": receipt, "relate_list": related[:1]}
        refused(400, "010000", self.call, "trade_settle.apply", short)
        whole = {"recv_order_no": receipt, "relate_list": related}
        check(self.call("trade_settle.apply", whole)["status"], "CHECKING", "receipt")
        refused(400, "010003", self.call, "trade_settle.apply", whole)
        self.receiver.expect("trade_settle", status="CHECKING", **about)
        self.check_balances()
        self.control.advance(5)
        self.receiver.expect("trade_settle", status="SETTLED", **about)
        answer = self.call("trade_settle.inquiry", {"recv_order_no": receipt})
        check(answer["status"], "SETTLED", "receipt")
        self.balances["USD"] += amount
        self.check_balances()

    def exchange(self, sell, buy, amount):
        wanted = {"sell_currency": sell, "buy_currency": buy, "sell_amount": amount}
        quote = self.call("forex.pre_order", wanted)
        check({name: quote[name] for name in wanted}, wanted, "what the quote is for")
        minor = Decimal(10) ** (DIGITS[buy] - DIGITS[sell])
        bought = (amount * quote["fx_rate"] * minor).quantize(Decimal(1), ROUND_HALF_EVEN)
        check(quote["buy_amount"], bought, f"{amount} {sell} at {quote['fx_rate']}")
        order_no = {"order_no": quote["order_no"]}
        check(self.call("forex.inquiry", order_no)["status"], "QUOTED", "exchange")
        for _ in ("once", "and once more, which changes nothing"):
            check(self.call("forex.confirm", order_no)["status"], "PROCESSING", "exchange")
        self.receiver.expect("forex", status="PROCESSING", merch_id=self.merchant, **order_no)
        self.control.advance(5)
        came = self.receiver.expect("forex", status="SUCCESS", merch_id=self.merchant, **order_no)
        check(self.call("forex.inquiry", order_no), came, "inquiry and notification")
        self.balances[sell] -= amount
        self.balances[buy] += quote["buy_amount"]
        self.check_balances()
        late = {"order_no": self.call("forex.pre_order", wanted)["order_no"]}
        self.control.advance(31)
        self.receiver.expect("forex", status="EXPIRED", merch_id=self.merchant, **late)
        refused(400, "010003", self.call, "forex.confirm", late)
        check(self.call("forex.inquiry", late)["status"], "EXPIRED", "late exchange")

    def payee(self):
        body = bodies.payee("PAYEE-1", "EMU-REJECTED", "EUR")
        beneficiary = self.call("payee.create", body)["beneficiary_id"]
        self.control.advance(5)
        about = {"request_id": "PAYEE-1", "merch_id": self.merchant, "beneficiary_id": beneficiary}
        self.receiver.expect("payee", status="WAIT", **about)
        self.receiver.expect("payee", status="REJECTED", **about)
        early = bodies.payment("PAY-0", beneficiary, "EUR", 1)
        refused(400, "010003", self.call, "payment.apply", early)
        self.call("payee.update", bodies.payee("PAYEE-1", "Parts GmbH", "EUR"))
        self.receiver.expect("payee", status="WAIT", **about)
        self.control.advance(5)
        came = self.receiver.expect("payee", status="PASS", **about)
        for handle in ({"request_id": "PAYEE-1"}, {"beneficiary_id": beneficiary}):
            check(self.call("payee.inquiry", handle), came, "inquiry and notification")
        return beneficiary

    def payments(self, payee):
        outcomes = {
            "PAY-1": ("invoice 117", ["SUCCESS"]),
            "PAY-2": ("invoice 118 EMU-FAILED", ["FAILED"]),
            "PAY-3": ("invoice 119 EMU-REFUNDED", ["SUCCESS", "REFUNDED"]),
        }
        for request_id, (postscript, statuses) in outcomes.items():
            body = bodies.payment(request_id, payee, "EUR", 12_345, postscript)
            answer = self.call("payment.apply", body)
            check(answer["status"], "PROCESSING", request_id)
            check(self.call("payment.apply", body), answer, "the answer to a repeat")
            self.balances["EUR"] -= 12_345 + answer["fee_amount"]
            self.check_balances()
            self.control.advance(5)
            for status in statuses:
                came = self.receiver.expect(
                    "payment", request_id=request_id, merch_id=self.merchant, status=status, amount=12_345
                )
            check(self.call("payment.inquiry", {"request_id": request_id}), came, "inquiry and notification")
            if statuses[-1] != "SUCCESS":
                self.balances["EUR"] += 12_345 + answer["fee_amount"]
            self.check_balances()

    def refusals(self, payee):
        """What must not be done; afterwards all sums are what they were."""

        def pay(request_id, currency, amount, beneficiary=payee):
            return self.call("payment.apply", bodies.payment(request_id, beneficiary, currency, amount))

        refused(400, "010004", pay, "PAY-1", "EUR", 1)
        refused(400, "010003", pay, "PAY-4", "EUR", self.balances["EUR"] + 1)
        refused(400, "010000", pay, "PAY-5", "USD", 1)
        refused(404, "010002", pay, "PAY-6", "EUR", 1, "B-NONE")
        refused(404, "010002", self.call, "payment.inquiry", {"request_id": "PAY-7"})
        nameless = refused(400, "010000", self.call, "payment.apply", {"request_id": "PAY-8"})
        check("beneficiary_id" in nameless.ret_msg, True, f"whether `{nameless.ret_msg}` names the field")
        too_long = refused(400, "010000", pay, "P" * 33, "EUR", 1)
        check("request_id" in too_long.ret_msg, True, f"whether `{too_long.ret_msg}` names the field")

        body = bodies.payment("PAY-9", payee, "EUR", 100)
        message = self.client.prepare("payment.apply", body, self.merchant)
        damaged = message.flip(message.request.body.index(b"100"))
        reason = refused(401, "010100", self.client.send, damaged, is_signed=False).reason
        check(reason, "signature", "the emulator's reason")
        refused(404, "010002", self.call, "payment.inquiry", {"request_id": "PAY-9"})
        message = self.client.prepare("balance.inquiry", {}, self.merchant)
        self.client.send(message)
        reason = refused(401, "010100", self.client.send, message, is_signed=False).reason
        check(reason, "nonce-reused", "the emulator's reason")
        self.check_balances()


# After the point, in the currencies that are exchanged here.
DIGITS = {"USD": 2, "EUR": 2, "JPY": 0}
