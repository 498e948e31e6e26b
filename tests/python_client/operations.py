"""The platform's 24 calls and 9 notifications, as its table of endpoints has them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    path: str
    # Whether `X-Merch-Id` goes with it.
    has_merchant: bool = True


CALLS = {
    "onboarding.apply": Call("/api/v2/merch/onboard/apply", has_merchant=False),
    "onboarding.update": Call("/api/v2/merch/onboard/update", has_merchant=False),
    "onboarding.inquiry": Call("/api/v2/merch/onboard/inquiry", has_merchant=False),
    "assessment.submit": Call("/api/v2/merch/assessment/apply", has_merchant=False),
    "assessment.update": Call("/api/v2/merch/assessment/update"),
    "assessment.result": Call("/api/v2/merch/assessment/result"),
    "va.apply": Call("/api/v2/merch/va/apply"),
    "va.inquiry": Call("/api/v2/merch/va/inquiry"),
    "order.create": Call("/api/v2/merch/contract/create"),
    "order.update": Call("/api/v2/merch/contract/update"),
    "order.inquiry": Call("/api/v2/merch/contract/inquiry"),
    "order.supplement": Call("/api/v2/merch/contract/supplement"),
    "trade_settle.apply": Call("/api/v2/trade-settle/apply"),
    "trade_settle.inquiry": Call("/api/v2/trade-settle/inquiry"),
    "balance.inquiry": Call("/api/v2/merch/account/balance"),
    "payee.create": Call("/api/v2/merch/beneficiary/create"),
    "payee.update": Call("/api/v2/merch/beneficiary/update"),
    "payee.inquiry": Call("/api/v2/merch/beneficiary/inquiry"),
    "forex.pre_order": Call("/api/v2/fx/conversion/preorder"),
    "forex.confirm": Call("/api/v2/fx/conversion/confirm"),
    "forex.inquiry": Call("/api/v2/fx/conversion/inquiry"),
    "payment.apply": Call("/api/v2/merch/pay/apply"),
    "payment.inquiry": Call("/api/v2/merch/pay/inquiry"),
    "file.upload": Call("/api/file/upload"),
}

# Where each notification goes, under the merchant's own base.
NOTIFICATIONS = {
    "/api/v2/merch/onboard/notify": "onboarding",
    "/api/v2/merch/assessment/notify": "assessment",
    "/api/v2/merch/va/notify": "va",
    "/api/v2/merch/remittance/notify": "remittance",
    "/api/v2/merch/contract/notify": "order",
    "/api/v2/trade-settle/notify": "trade_settle",
    "/api/v2/merch/beneficiary/notify": "payee",
    "/api/v2/fx/conversion/notify": "forex",
    "/api/v2/merch/pay/notify": "payment",
}
