//! Bodies of the order calls: the contract behind a receipt, with its goods and papers (D where the pages show it).

use super::{Date, FileId, RequestId};
use crate::open_enum::open_enum;
use crate::schema::{Checker, Problem, wire};
use crate::tables::Code;
use crate::{Amount, Country, Currency, Origin, unconfirmed};

/// Two calls hand in the same body. The limits were read on the page of `order.update`; for `order.create` they are taken
/// over, and so I.
macro_rules! order_request {
    ($(#[$meta:meta])* $name:ident from $required:ident, limits $limits:ident) => {
        wire! {
            $(#[$meta])*
            $name from $required {
                required {
                    /// The caller's own unique number; of an update, the create's (I).
                    request_id: RequestId = D.len(1, 32).shown();
                    /// Who buys.
                    buyer_name: String = D.len(1, 128).limit_by($limits).clean();
                    /// From where.
                    buyer_country: Country = D.shown();
                    /// For how much, in the wire's unit.
                    amount: Amount = D.above_zero();
                    /// In which currency.
                    currency: Currency = D.shown();
                    /// The contract's number.
                    contract_no: String = D.len(1, 32).limit_by($limits).clean();
                    /// The contract.
                    contract_file_ids: Vec<FileId> = D.items(1, 10).limit_by($limits);
                    /// What is bought.
                    goods_info: GoodsInfo = D.required_by(I).limits_inside($limits);
                    /// The invoices.
                    invoice_file_ids: Vec<FileId> = D.items(1, 10).limit_by($limits);
                    /// When it was ordered.
                    order_date: Date = D;
                }
                optional {
                    /// Whether the money is to be exchanged.
                    is_exchange_settle: bool = D.required_by(I);
                    /// How the goods travel.
                    logistics_info: LogisticsInfo = D.required_by(I).limits_inside($limits);
                    /// A remark.
                    remark: String = D.len(0, 128).limit_by($limits);
                    /// Other papers.
                    other_file_ids: Vec<FileId> = D;
                }
            }
        }
    };
}

order_request! {
    /// Request of `order.create` (D; its limits are I).
    OrderCreateRequest from OrderCreateFields, limits I
}

order_request! {
    /// Request of `order.update` (D).
    OrderUpdateRequest from OrderUpdateFields, limits D
}

wire! {
    /// What is bought (D).
    GoodsInfo {
        required {
            /// Which kind of goods. That it is this table is I.
            category: Code<unconfirmed::ProductCategory> = D.table_by(I);
            /// What they are called.
            name: String = D.len(1, 128).clean();
        }
        optional {
            /// How many.
            quantity: i64 = D.required_by(I);
            /// Where they are shown.
            url: String = D.required_by(I).len(1, 256).clean();
            /// Their customs declaration.
            custom_dec_info: CustomDecInfo = D.required_by(I);
        }
    }
}

wire! {
    /// A customs declaration (D).
    CustomDecInfo {
        optional {
            /// How it is declared.
            dec_method: String = D.clean();
            /// The declaration's number.
            dec_no: String = D.clean();
        }
    }
}

wire! {
    /// How the goods travel (D).
    LogisticsInfo from LogisticsInfoFields {
        required {
            /// Whether they are on their way.
            ship_status: ShipStatus = D;
            /// On which terms they are sold.
            transaction_type: TransactionType = D;
        }
        optional {
            /// Whether the buyer is known.
            buyer_type: BuyerType = D;
            /// Where the goods go.
            destination: String = D.len(1, 256).clean();
            /// When they are to leave.
            expected_ship_date: Date = D;
            /// When they left.
            ship_date: Date = D;
            /// The freight's arrangement.
            freight_arrange_file_ids: Vec<FileId> = D.items(1, 10);
            /// The latest order.
            latest_order_file_ids: Vec<FileId> = D.items(1, 10);
            /// The inquiry's records.
            inquiry_records_file_ids: Vec<FileId> = D.items(1, 10);
            /// Proofs that they left.
            shipped_file_ids: Vec<FileId> = D.items(1, 10);
            /// Who carries them.
            logistics_company_name: String = D.len(1, 256).clean();
            /// The carrier's number.
            outbound_no: String = D.len(1, 32).clean();
            /// How they are carried.
            transport_type: TransportType = D;
        }
    }
}

/// Both calls are answered alike, one of them on a page.
macro_rules! order_response {
    ($(#[$meta:meta])* $name:ident, $mark:ident) => {
        wire! {
            $(#[$meta])*
            $name {
                required {
                    /// The order's number, to settle receipts by.
                    contract_order_no: String = $mark.shown().clean();
                    /// Where the order stands; `RELATABLE` on the platform's page.
                    status: OrderStatus = $mark.shown();
                }
            }
        }
    };
}

order_response! {
    /// Answer of `order.create` (D).
    OrderCreateResponse, D
}

order_response! {
    /// Answer of `order.update` (I).
    OrderUpdateResponse, I
}

wire! {
    /// Request of `order.inquiry` (I): by one of the two numbers.
    OrderInquiryRequest {
        optional {
            /// The number under which the order was created.
            request_id: RequestId = I.len(1, 32).shown();
            /// The order's number.
            contract_order_no: String = I.shown().clean();
        }
        with extra
        rules a_number
    }
}

fn a_number(request: &OrderInquiryRequest, checker: &mut Checker) {
    if request.request_id.is_none() && request.contract_order_no.is_none() {
        let problem = Problem::AtLeastOne { of: &["request_id", "contract_order_no"] };
        checker.note(problem, Some(Origin::Inferred));
    }
}

wire! {
    /// Answer of `order.inquiry` (I).
    OrderState {
        required {
            /// The order's number.
            contract_order_no: String = I.shown();
            /// Where the order stands.
            status: OrderStatus = I.shown();
        }
        optional {
            /// Why it was sent back, in the platform's words.
            reason: String = I;
        }
    }
}

wire! {
    /// Request of `order.supplement` (I): how the goods travel, handed in later.
    OrderSupplementRequest {
        required {
            /// The order's number.
            contract_order_no: String = I.shown().clean();
            /// How the goods travel.
            logistics_info: LogisticsInfo = I.inside(I);
        }
        with extra
    }
}

wire! {
    /// Answer of `order.supplement` (I).
    OrderSupplementResponse {
        optional {
            /// The order's number.
            contract_order_no: String = I.shown();
            /// Where the order stands.
            status: OrderStatus = I.shown();
        }
    }
}

wire! {
    /// Data of `order.notification`: an order was reviewed. The schema is D, no page shows the notification.
    OrderReview {
        required {
            /// The order's number.
            contract_order_id: String = D.shown();
            /// Where the order stands.
            status: OrderStatus = D.shown();
        }
        optional {
            /// The number under which the order was created.
            request_id: String = D.required_by(I).shown();
            /// Whose order it is.
            merch_id: String = D.required_by(I).len(1, 20).shown();
            /// Why it was sent back, in the platform's words.
            reason: String = D.required_by(I);
        }
    }
}

open_enum! {
    /// Where an order stands.
    OrderStatus, UnknownOrderStatus {
        /// Being reviewed.
        Pending = "PENDING", D, Pending;
        /// Receipts can be settled by it.
        Relatable = "RELATABLE", D, Succeeded;
    }
}

open_enum! {
    /// Whether the buyer is known (D).
    BuyerType, UnknownBuyerType {
        /// Buys for the first time.
        New = "NEW", D;
        /// Has bought before.
        Old = "OLD", D;
    }
}

open_enum! {
    /// Whether the goods are on their way (D).
    ShipStatus, UnknownShipStatus {
        /// They are.
        Shipped = "SHIPPED", D;
        /// They aren't.
        Unshipped = "UNSHIPPED", D;
    }
}

open_enum! {
    /// On which terms the goods are sold (D); the terms of Incoterms, some of its older editions.
    TransactionType, UnknownTransactionType {
        /// Ex works.
        Exw = "EXW", D;
        /// Free carrier.
        Fca = "FCA", D;
        /// Free alongside ship.
        Fas = "FAS", D;
        /// Free on board.
        Fob = "FOB", D;
        /// Cost and freight.
        Cfr = "CFR", D;
        /// Cost, insurance and freight.
        Cif = "CIF", D;
        /// Carriage paid to.
        Cpt = "CPT", D;
        /// Delivered duty paid.
        Ddp = "DDP", D;
        /// Delivered at frontier.
        Daf = "DAF", D;
        /// Delivered duty unpaid.
        Ddu = "DDU", D;
        /// Delivered ex quay.
        Deq = "DEQ", D;
        /// Delivered ex ship.
        Des = "DES", D;
    }
}

open_enum! {
    /// How the goods are carried (D).
    TransportType, UnknownTransportType {
        /// By air.
        Air = "AIR", D;
        /// By sea.
        Shipping = "SHIPPING", D;
        /// By an express carrier.
        Express = "EXPRESS", D;
        /// By land.
        Land = "LAND", D;
        /// By post.
        Post = "POST", D;
        /// In another way.
        Otherwise = "OTHER", D;
    }
}
