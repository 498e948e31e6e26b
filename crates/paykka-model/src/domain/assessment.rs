//! Bodies of the four assessment operations (T throughout). What is handed in has the form of an onboarding.

use super::onboarding::{
    Business, ContactPerson, License, OnboardingStatus, Stakeholder, onboarding_request,
};
use crate::open_enum::open_enum;
use crate::schema::wire;

onboarding_request! {
    /// Request of `assessment.submit` (T).
    AssessmentSubmitRequest from AssessmentSubmitFields, T T
}

onboarding_request! {
    /// Request of `assessment.update` (T).
    AssessmentUpdateRequest from AssessmentUpdateFields, T T, required {
        /// Whose assessment it is.
        merch_id: String = T.len(1, 20).limit_by(D).shown();
    }
}

wire! {
    /// Answer of `assessment.submit` and `assessment.update` (T).
    AssessmentSubmitResponse {
        required {
            /// The merchant's number.
            merch_id: String = T.len(1, 20).limit_by(D).shown();
        }
    }
}

wire! {
    /// Request of `assessment.result` (T).
    AssessmentResultRequest {
        required {
            /// Whose assessment it is.
            merch_id: String = T.len(1, 20).limit_by(D).shown().clean();
        }
        with extra
    }
}

wire! {
    /// Answer of `assessment.result` and data of `assessment.notification` (T).
    AssessmentState {
        required {
            /// Where the assessment stands.
            status: OnboardingStatus = T.shown();
        }
        optional {
            /// The number under which it was handed in.
            request_id: String = T.required_by(I).shown();
            /// Whose assessment it is.
            merch_id: String = T.required_by(I).len(1, 20).limit_by(D).shown();
            /// More about it, in the platform's words.
            msg: String = T;
            /// What came of it.
            risk_level: RiskLevel = T.shown();
        }
    }
}

open_enum! {
    /// What came of an assessment (T).
    RiskLevel, UnknownRiskLevel {
        /// Low.
        Low = "LOW", T;
        /// Middle.
        Middle = "MIDDLE", T;
        /// High.
        High = "HIGH", T;
    }
}
