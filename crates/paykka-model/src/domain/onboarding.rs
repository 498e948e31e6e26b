//! Bodies of the onboarding operations: a company applies to become a merchant (D where the pages show it).

use super::{Date, FileId, RequestId};
use crate::open_enum::open_enum;
use crate::schema::{Checker, Problem, wire};
use crate::tables::Code;
use crate::{Country, Currency, Decimal, NumberAmount, Origin, unconfirmed};

/// Four calls hand in the same body, each with marks of its own, some with a field more. The second mark is that of what
/// the page of `onboarding.update` doesn't show.
macro_rules! onboarding_request {
    (
        $(#[$meta:meta])*
        $name:ident from $required:ident, $mark:ident $unseen:ident
        $(, required { $($more:tt)* })? $(, optional $optional:tt)?
    ) => {
        $crate::schema::wire! {
            $(#[$meta])*
            $name from $required {
                required {
                    /// The caller's own unique number.
                    request_id: $crate::RequestId = $mark.len(1, 32).shown();
                    /// Whom the platform may ask.
                    contact_person: ContactPerson = $mark.required_by(I).inside($mark);
                    /// The company's papers.
                    license: License = $mark.required_by(I).inside($mark);
                    /// What the company does.
                    business: Business = $unseen.required_by(I).inside($unseen);
                    /// Who stands behind the company.
                    stakeholder_list: Vec<Stakeholder> = $unseen.inside($unseen);
                    $($($more)*)?
                }
                $(optional $optional)?
                with extra
            }
        }
    };
}

pub(super) use onboarding_request;

onboarding_request! {
    /// Request of `onboarding.apply` (D, but for parts of `business` and `stakeholder_list`).
    OnboardingApplyRequest from OnboardingApplyFields, D D
}

onboarding_request! {
    /// Request of `onboarding.update`: the members of `onboarding.apply` (D as far as the page shows them, else I) and
    /// `merch_id` (T).
    OnboardingUpdateRequest from OnboardingUpdateFields, D I, optional {
        /// Which merchant is corrected.
        merch_id: String = T.len(1, 20).limit_by(D).shown().clean();
    }
}

wire! {
    /// Whom the platform may ask (D).
    ContactPerson from ContactPersonFields {
        required {
            /// The telephone's country prefix.
            phone_prefix: String = D.len(0, 5).clean();
            /// The telephone's number.
            phone: String = D.len(0, 64).clean();
            /// The address for e-mail.
            email: String = D.len(0, 64).clean();
        }
    }
}

wire! {
    /// The company's papers (D).
    License from LicenseFields {
        required {
            /// Where the company is registered.
            region: Country = D.len(0, 2).shown();
            /// The company's name.
            ent_name: String = D.len(0, 128).clean();
            /// The company's name in English.
            ent_name_en: String = D.len(0, 128).clean();
            /// When it was founded.
            found_date: Date = D.required_by(I);
            /// The currency of its capital.
            registered_currency: Currency = D.len(0, 3).shown();
            /// Its capital; the unit isn't stated (T: minor units).
            registered_capital: NumberAmount = D;
            /// Where it is.
            address: Address = D.required_by(I);
        }
        optional {
            /// Who represents it by law.
            legal_rep_name: String = D.len(0, 128).clean();
            /// The licence.
            license_file_id: FileId = D;
            /// Its legal form; the values aren't public.
            ent_type: String = D.clean();
            /// Its number in the Chinese register.
            uni_social_credit: String = D.len(0, 18).clean();
            /// From when the licence holds.
            busi_from: Date = D;
            /// Until when the licence holds.
            busi_end: Date = D;
            /// Whether the licence holds without an end.
            long_term: bool = D;
            /// Number of the business registration.
            br_no: String = D.clean();
            /// Number of the certificate of registration.
            cr_no: String = D.clean();
            /// The business registration.
            br_file_id: FileId = D;
            /// The annual return.
            annual_return_file_id: FileId = D;
            /// The form of incorporation.
            incorporation_form_file_id: FileId = D;
            /// The articles.
            company_article_file_id: FileId = D;
            /// The certificate of registration.
            cr_file_id: FileId = D;
            /// Who holds which shares.
            share_structure_file_id: FileId = D;
            /// When the business registration ends.
            br_expiry_date: Date = D;
            /// When the certificate of registration was issued.
            cr_issue_date: Date = D;
            /// When the certificate of registration ends.
            cr_expiry_date: Date = D;
            /// Other papers.
            other_file_ids: Vec<FileId> = D;
        }
    }
}

wire! {
    /// What the company does (D, but for what is marked).
    Business from BusinessFields {
        required {
            /// Its industry.
            industry: Code<unconfirmed::Industry> = D;
            /// How many it employs; the values aren't public.
            employee_number: String = D.clean();
            /// Where it works.
            address: Address = D.required_by(I);
            /// Where it sells to.
            export_country: Vec<Country> = D;
            /// What it sells. That it is this table is I.
            export_type: Vec<Code<unconfirmed::BusinessCategory>> = D.table_by(I);
            /// How much it trades; the values aren't public.
            trade_volume: String = D.clean();
        }
        optional {
            /// Its industry by the newer table.
            main_industry: Code<unconfirmed::NewIndustryMain> = T;
            /// Its parts by the newer table.
            sub_industry: Vec<Code<unconfirmed::NewIndustrySub>> = T;
            /// Its website.
            website: String = D.len(0, 200).clean();
            /// How it trades; the values aren't public.
            business_models: Vec<String> = T;
        }
        with extra
    }
}

wire! {
    /// A person behind the company (D, but for what is marked).
    Stakeholder from StakeholderFields {
        required {
            /// In which role.
            identity_type: IdentityType = D;
            /// The name.
            name: String = D.len(0, 128).clean();
            /// Of which country.
            nationality: Country = D.len(0, 2).shown();
            /// The day of birth.
            birth_date: Date = D;
            /// Which paper proves it.
            doc_type: DocumentType = D;
            /// The paper's number.
            id_number: String = T.clean();
            /// The paper's side with the picture.
            doc_portrait_side_file_id: FileId = T;
            /// From when the paper holds.
            eff_date_start: Date = T;
            /// Where the person lives.
            resident_address: Address = T.inside(T);
        }
        optional {
            /// A proof of the address.
            address_proof_file_id: FileId = D;
            /// The address on the paper.
            doc_address: String = T.clean();
            /// Until when the paper holds.
            eff_date_end: Date = T;
            /// Whether the paper holds without an end.
            long_term: bool = T;
            /// The share in the company; the unit isn't public.
            share: Decimal = T;
        }
        with extra
    }
}

wire! {
    /// An address (D; which fields are required is T).
    Address {
        required {
            /// Street and number.
            address1: String = D.required_by(T).clean();
        }
        optional {
            /// The province. Whether by name or by code isn't stated.
            province: String = D.required_by(T).clean();
            /// The city. Whether by name or by code isn't stated.
            city: String = D.required_by(T).clean();
            /// The postal code.
            zip_code as "zipcode": String = D.required_by(T).clean();
            /// More of street and number.
            address2: String = D.required_by(T).clean();
        }
    }
}

wire! {
    /// Answer of `onboarding.apply` (T).
    OnboardingApplyResponse {
        required {
            /// The merchant's number.
            merch_id: String = T.len(1, 20).limit_by(D).shown();
        }
        optional {
            /// The page on which the legal representative authorises.
            authorize_link: String = T;
        }
    }
}

wire! {
    /// Answer of `onboarding.update` (I).
    OnboardingUpdateResponse {
        optional {
            /// The merchant's number.
            merch_id: String = I.len(1, 20).limit_by(D).shown();
            /// The page on which the legal representative authorises.
            authorize_link: String = I;
        }
    }
}

wire! {
    /// Request of `onboarding.inquiry` (T, I): by one of the two numbers.
    OnboardingInquiryRequest {
        optional {
            /// The merchant's number.
            merch_id: String = T.len(1, 20).limit_by(D).shown().clean();
            /// The number under which the company applied.
            request_id: RequestId = I.len(1, 32).shown();
        }
        with extra
        rules a_number
    }
}

fn a_number(request: &OnboardingInquiryRequest, checker: &mut Checker) {
    if request.request_id.is_none() && request.merch_id.is_none() {
        checker.note(Problem::AtLeastOne { of: &["merch_id", "request_id"] }, Some(Origin::Inferred));
    }
}

wire! {
    /// Data of `onboarding.notification` (D) and answer of `onboarding.inquiry` (I).
    OnboardingState {
        required {
            /// Where the application stands.
            status: OnboardingStatus = D.shown();
        }
        optional {
            /// The number under which the company applied.
            request_id: String = D.required_by(I).shown();
            /// The merchant's number.
            merch_id: String = D.required_by(I).len(1, 20).shown();
            /// More about it, in the platform's words.
            msg: String = D;
        }
    }
}

open_enum! {
    /// Where an onboarding or an assessment stands.
    OnboardingStatus, UnknownOnboardingStatus {
        /// Handed in.
        Init = "INIT", D, Pending;
        /// Being checked.
        Wait = "WAIT", T, Pending;
        /// Accepted.
        Pass = "PASS", T, Succeeded;
        /// Refused for good.
        Refused = "REFUSED", T, Failed;
        /// The legal representative didn't authorise.
        AuthFail = "AUTH_FAIL", T, Failed;
        /// To be corrected by the call `update` (I).
        Rejected = "REJECTED", T, Failed;
    }
}

open_enum! {
    /// The role of a person behind a company (values T).
    IdentityType, UnknownIdentityType {
        /// Represents the company by law.
        LegalPerson = "LEGAL_PERSON", T;
        /// Owns it in the end.
        Beneficiary = "BENEFICIARY", T;
        /// Holds shares.
        Shareholder = "SHAREHOLDER", T;
        /// Directs it.
        Director = "DIRECTOR", T;
    }
}

open_enum! {
    /// A person's paper (values T).
    DocumentType, UnknownDocumentType {
        /// Identity card of the Chinese mainland.
        IdCard = "ID_CARD", T;
        /// Identity card of Hong Kong.
        HkCard = "HK_CARD", T;
        /// Passport.
        Passport = "PASSPORT", T;
        /// Identity card of Macao.
        MoCard = "MO_CARD", T;
        /// Travel permit of residents of Hong Kong and Macao.
        HkMoPass = "HK_MO_PASS", T;
        /// Travel permit of residents of Taiwan.
        TwCard = "TW_CARD", T;
    }
}

impl OnboardingStatus {
    /// Whether the platform has nothing more to say (I). `REJECTED` isn't final: it waits for a correction. Nor is a status
    /// that isn't known.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Pass | Self::Refused | Self::AuthFail)
    }
}
