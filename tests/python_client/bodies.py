"""Bodies of requests that are long, with all that the table of endpoints calls required."""


def company(request_id, name, **more):
    address = {"province": "Zhejiang", "city": "Hangzhou", "address1": "1 Xihu Road"}
    return {
        "request_id": request_id,
        "contact_person": {"phone_prefix": "+86", "phone": "13800000000", "email": "owner@example.com"},
        "license": {
            "region": "CN",
            "ent_name": "杭州示例贸易有限公司",
            "ent_name_en": name,
            "found_date": "2015-03-02",
            "registered_currency": "CNY",
            "registered_capital": 1000000,
            "address": address,
        },
        "business": {
            "industry": 1,
            "employee_number": "1-10",
            "address": address,
            "export_country": ["US", "DE"],
            "export_type": ["1"],
            "trade_volume": "0-100",
        },
        "stakeholder_list": [
            {
                "identity_type": "LEGAL_PERSON",
                "name": "王小明",
                "nationality": "CN",
                "birth_date": "1980-05-17",
                "doc_type": "ID_CARD",
                "id_number": "110101198005170000",
                "doc_portrait_side_file_id": 1,
                "eff_date_start": "2020-01-01",
                "resident_address": address,
            }
        ],
        **more,
    }


def order(request_id, amount, contract_files, invoice_files, **more):
    return {
        "request_id": request_id,
        "buyer_name": "Müller & Söhne GmbH",
        "buyer_country": "DE",
        "amount": amount,
        "currency": "USD",
        "contract_no": "C-2023-117",
        "contract_file_ids": contract_files,
        "goods_info": {"category": 1, "name": "bamboo chairs", "quantity": 400},
        "invoice_file_ids": invoice_files,
        "order_date": "2023-11-01",
        "logistics_info": logistics("UNSHIPPED"),
        **more,
    }


def logistics(ship_status):
    return {"ship_status": ship_status, "transaction_type": "FOB", "transport_type": "SHIPPING"}


def payee(request_id, account_name, currency):
    return {
        "request_id": request_id,
        "type": "COMPANY",
        "beneficiary": {
            "purpose": "PFG",
            "country": "DE",
            "ent_name_en": "Parts GmbH",
            "bank_account": {
                "currency": currency,
                "country_code": "DE",
                "bank_name": "Beispielbank",
                "account_no": "DE02120300000000202051",
                "account_name": account_name,
            },
        },
    }


def payment(request_id, beneficiary_id, currency, amount, postscript="invoice 117"):
    return {
        "request_id": request_id,
        "beneficiary_id": beneficiary_id,
        "currency": currency,
        "amount": amount,
        "postscript": postscript,
    }
