//! Tables whose rows nobody saw on a page of the platform: **confirm a code with the platform before you send it.**
//!
//! The platform names these tables and doesn't publish them. What stands here was taken from public standards or
//! derived, as each value's `origin()` says. So that no call site forgets it, the types aren't at the crate's root:
//! read and write them with this module's name, as in `unconfirmed::Bank::Icbc`.
//!
//! Where you know a code from the platform itself, say [`Code::given`](crate::Code::given): nothing warns of it then.

pub use crate::tables::{
    Bank, BusinessCategory, CollectionAccount, Industry, NewIndustryMain, NewIndustrySub, ProductCategory,
    ProvinceCity, UnknownBank, UnknownBusinessCategory, UnknownCollectionAccount, UnknownIndustry,
    UnknownNewIndustryMain, UnknownNewIndustrySub, UnknownProductCategory, UnknownProvinceCity,
};
