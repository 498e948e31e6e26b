//! A company's way to its first account: its papers are uploaded, it applies, is accepted, and gets a virtual account. Settings
//! come from the environment, as in `quick_start`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::error::Error;

use paykka_client::Client;
use paykka_model::{
    Address, Business, BusinessFields, Code, ContactPerson, ContactPersonFields, Country, Currency, Date,
    DocumentType, FileId, IdentityType, License, LicenseFields, NumberAmount, OnboardingApplyFields,
    OnboardingApplyRequest, OnboardingInquiryRequest, OnboardingStatus, RequestId, Stakeholder,
    StakeholderFields, VaApplyRequest, VaInquiryRequest,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Its merchant is ours; uploads belong to it.
    let ours = Client::from_env()?;
    let passport = ours.files().upload("passport.jpg", b"a picture".to_vec()).await?.value().file_id;

    let number = RequestId::generate("ON")?;
    let applied = ours.onboarding().apply(&application(number.clone(), passport)?).await?;
    let merchant = applied.into_value().merch_id;
    println!("{merchant} has applied");

    let mut inquiry = OnboardingInquiryRequest::new();
    inquiry.request_id = Some(number);
    let state = ours.onboarding().inquiry(&inquiry).wait_until_final().await?.into_value();
    if state.status != OnboardingStatus::Pass {
        return Err(format!("not accepted: {} {:?}", state.status, state.msg).into());
    }

    // From here on calls are the new merchant's.
    let client = ours.as_merchant(&merchant);
    let number = RequestId::generate("VA")?;
    let wish = VaApplyRequest::new(number.clone(), vec![Currency::from("USD")], Country::from("US"));
    client.va().apply(&wish).await?;
    let account = VaInquiryRequest::new(number);
    let account = client.va().inquiry(&account).wait_until_final().await?.into_value();
    println!("its account: {:?}", account.account_no.ok_or("there is no number")?);
    Ok(())
}

fn application(number: RequestId, passport: FileId) -> Result<OnboardingApplyRequest, Box<dyn Error>> {
    let address = Address::new("No. 1 Example Road");
    let contact_person = ContactPerson::new(ContactPersonFields {
        phone_prefix: "86".to_owned(),
        phone: "13800000000".to_owned(),
        email: "office@example.com".to_owned(),
    });
    let license = License::new(LicenseFields {
        region: Country::from("CN"),
        ent_name: "示例贸易有限公司".to_owned(),
        ent_name_en: "Example Trading Co., Ltd.".to_owned(),
        found_date: Date::new(2015, 6, 30)?,
        registered_currency: Currency::from("USD"),
        registered_capital: NumberAmount::from_integer(100_000_000),
        address: address.clone(),
    });
    let business = Business::new(BusinessFields {
        // Which codes the platform takes no public page says; ask, and give them as codes of your own.
        industry: Code::given(52),
        employee_number: "10-50".to_owned(),
        address: address.clone(),
        export_country: vec![Country::from("US")],
        export_type: vec![Code::given("16")],
        trade_volume: "1000000-5000000".to_owned(),
    });
    let person = Stakeholder::new(StakeholderFields {
        identity_type: IdentityType::from("LEGAL_PERSON"),
        name: "李四".to_owned(),
        nationality: Country::from("CN"),
        birth_date: Date::new(1990, 1, 1)?,
        doc_type: DocumentType::from("PASSPORT"),
        id_number: "E00000000".to_owned(),
        doc_portrait_side_file_id: passport,
        eff_date_start: Date::new(2020, 1, 1)?,
        resident_address: address,
    });
    Ok(OnboardingApplyRequest::new(OnboardingApplyFields {
        request_id: number,
        contact_person,
        license,
        business,
        stakeholder_list: vec![person],
    }))
}
