//! Bodies of `payee.create`, `payee.update` (D in their first half), `payee.inquiry` and `payee.notification` (I). On the
//! wire a payee is a `beneficiary`.

use super::{Address, FileId, RequestId};
use crate::open_enum::open_enum;
use crate::schema::{Checker, Problem, wire};
use crate::tables::Code;
use crate::{Country, Currency, Origin, unconfirmed};

/// Both calls send the same body.
macro_rules! payee_request {
    ($(#[$meta:meta])* $name:ident, $mark:ident) => {
        wire! {
            $(#[$meta])*
            $name {
                required {
                    /// The caller's own unique number; of an update, the create's (I).
                    request_id: RequestId = $mark.required_by(I).len(1, 32).shown();
                    /// A person or a company.
                    r#type as "type": PayeeType = $mark.required_by(I).shown();
                    /// Who is to be paid, and where.
                    beneficiary: Beneficiary = $mark.required_by(I).inside($mark);
                }
                with extra
            }
        }
    };
}

payee_request! {
    /// Request of `payee.create` (I: taken over from `payee.update`).
    PayeeCreateRequest, I
}

payee_request! {
    /// Request of `payee.update` (D from the page's example up to `uni_social_credit`, the rest I).
    PayeeUpdateRequest, D
}

wire! {
    /// Who is to be paid, and where. Nothing in it is known to be required.
    Beneficiary {
        optional {
            /// What the payments are for; `PFG` on the platform's page.
            purpose: String = D.required_by(I).clean();
            /// What the payments are for, in words.
            purpose_desc: String = D.required_by(I).clean();
            /// Where the payee lives or is registered.
            country: Country = D.required_by(I).shown();
            /// The payee's industry.
            industry: Code<unconfirmed::Industry> = D.required_by(I);
            /// The payee's industry by the newer table.
            main_industry: Code<unconfirmed::NewIndustryMain> = D.required_by(I);
            /// Its parts by the newer table.
            sub_industry: Vec<Code<unconfirmed::NewIndustrySub>> = D.required_by(I);
            /// What the merchant calls the payee.
            nick_name: String = D.required_by(I).clean();
            /// A person's given name.
            first_name: String = D.required_by(I).clean();
            /// A person's family name.
            last_name: String = D.required_by(I).clean();
            /// Which paper the number is of.
            doc_type: String = D.required_by(I).clean();
            /// The paper's number.
            id_number: String = D.required_by(I).clean();
            /// A company's number in the Chinese register.
            uni_social_credit: String = I.clean();
            /// A company's name.
            ent_name: String = I.clean();
            /// A company's name in English.
            ent_name_en: String = I.clean();
            /// The telephone's country prefix.
            phone_prefix: String = I.clean();
            /// The telephone's number.
            phone: String = I.clean();
            /// The address for e-mail.
            email: String = I.clean();
            /// Where the payee is.
            address: Address = I.inside(I);
            /// Where the money goes.
            bank_account: BankAccount = I;
            /// Papers that prove it.
            file_ids: Vec<FileId> = I;
        }
        with extra
    }
}

wire! {
    /// Where the money goes (I).
    BankAccount from BankAccountFields {
        required {
            /// The account's currency.
            currency: Currency = I.shown();
            /// The bank's country.
            country_code: Country = I.shown();
            /// The bank's name.
            bank_name: String = I.clean();
            /// The account's number, or its IBAN.
            account_no: String = I.clean();
            /// Whose account it is.
            account_name: String = I.clean();
        }
        optional {
            /// The bank by the table of banks.
            bank_code: Code<unconfirmed::Bank> = I;
            /// The bank's code for transfers between countries.
            bic_swift_code: String = I.clean();
            /// The bank's number for transfers inside its country.
            routing_number: String = I.clean();
            /// Which kind of account.
            account_type: String = I.clean();
            /// The bank's address.
            bank_address: String = I.clean();
        }
        with extra
    }
}

/// Both calls are answered alike.
macro_rules! payee_response {
    ($(#[$meta:meta])* $name:ident) => {
        wire! {
            $(#[$meta])*
            $name {
                optional {
                    /// The payee's number, to pay by.
                    beneficiary_id: String = I.shown().clean();
                    /// The request's own number.
                    request_id: String = I.shown();
                    /// Where the payee stands.
                    status: PayeeStatus = I.shown();
                }
            }
        }
    };
}

payee_response! {
    /// Answer of `payee.create` (I).
    PayeeCreateResponse
}

payee_response! {
    /// Answer of `payee.update` (I).
    PayeeUpdateResponse
}

wire! {
    /// Request of `payee.inquiry` (I): by one of the two numbers.
    PayeeInquiryRequest {
        optional {
            /// The number under which the payee was created.
            request_id: RequestId = I.len(1, 32).shown();
            /// The payee's number.
            beneficiary_id: String = I.shown().clean();
        }
        with extra
        rules a_number
    }
}

fn a_number(request: &PayeeInquiryRequest, checker: &mut Checker) {
    if request.request_id.is_none() && request.beneficiary_id.is_none() {
        let problem = Problem::AtLeastOne { of: &["request_id", "beneficiary_id"] };
        checker.note(problem, Some(Origin::Inferred));
    }
}

wire! {
    /// Answer of `payee.inquiry` and data of `payee.notification` (I).
    PayeeState {
        required {
            /// The payee's number, to pay by.
            beneficiary_id: String = I.shown();
            /// Where the payee stands.
            status: PayeeStatus = I.shown();
        }
        optional {
            /// The number under which the payee was created.
            request_id: String = I.required_by(I).shown();
            /// Whose payee it is.
            merch_id: String = I.required_by(I).len(1, 20).limit_by(D).shown();
            /// Why it was refused, in the platform's words.
            reason: String = I;
        }
    }
}

open_enum! {
    /// Where a payee stands (I).
    PayeeStatus, UnknownPayeeStatus {
        /// Handed in.
        Init = "INIT", I, Pending;
        /// Being checked.
        Wait = "WAIT", I, Pending;
        /// May be paid.
        Pass = "PASS", I, Succeeded;
        /// Refused for good.
        Refused = "REFUSED", I, Failed;
        /// To be corrected by `payee.update`.
        Rejected = "REJECTED", I, Failed;
    }
}

open_enum! {
    /// A person or a company (I).
    PayeeType, UnknownPayeeType {
        /// A person.
        Personal = "PERSONAL", I;
        /// A company.
        Company = "COMPANY", I;
    }
}
