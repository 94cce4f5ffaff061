//! The products: searching them, their stock, their prices in other currencies.

use crate::backend;
use crate::error::ShopError;
use action_sdk::prelude::*;
use serde::Serialize;
use std::cmp::Reverse;

/// The products of the shop, held in memory.
///
/// ```
/// let catalogue = shop_actions::Catalogue::demo();
/// assert_eq!(catalogue.product("TENT-2P").unwrap().name, "Lofoten tent, 2 people");
/// ```
#[derive(Debug)]
pub struct Catalogue(Vec<Product>);

/// One product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its number in the shop.
    pub sku: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its price in euro cents.
    pub price_cents: u64,
    #[serde(skip)]
    in_stock: u32,
    #[serde(skip)]
    tags: &'static str,
}

/// The stock of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Stock {
    /// The product.
    sku: &'static str,
    /// Whether there are enough for the request.
    available: bool,
    /// How many are in stock.
    in_stock: u32,
}

/// A price in another currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Quote {
    /// The price in hundredths of the currency, rounded down.
    price_cents: u64,
    /// The currency, as in ISO 4217.
    currency: String,
}

impl Catalogue {
    /// Ten products for demonstrations.
    #[must_use]
    pub fn demo() -> Self {
        let rows = [
            (
                "BOOT-W42",
                "Sarek boots, 42",
                18_900,
                7,
                "shoes hiking leather",
            ),
            (
                "BOOT-W43",
                "Sarek boots, 43",
                18_900,
                0,
                "shoes hiking leather",
            ),
            (
                "COAT-M",
                "Bergen rain coat, M",
                14_950,
                12,
                "jacket waterproof rain",
            ),
            (
                "FLASK-1L",
                "Thermo flask, 1 l",
                3_490,
                85,
                "bottle steel tea",
            ),
            ("LAMP-H1", "Nordlys head lamp", 4_990, 31, "light torch led"),
            (
                "PACK-45",
                "Rondane rucksack, 45 l",
                15_900,
                9,
                "backpack hiking bag",
            ),
            ("POT-TI", "Titanium pot", 6_450, 18, "cooking camping"),
            (
                "SLEEP-5",
                "Sleeping bag, −5 °C",
                21_900,
                4,
                "camping down warm",
            ),
            (
                "TENT-2P",
                "Lofoten tent, 2 people",
                39_900,
                3,
                "camping waterproof",
            ),
            (
                "TENT-4P",
                "Lofoten tent, 4 people",
                54_900,
                1,
                "camping waterproof family",
            ),
        ];
        let products = rows.map(|(sku, name, price_cents, in_stock, tags)| Product {
            sku,
            name,
            price_cents,
            in_stock,
            tags,
        });
        Self(products.into())
    }

    /// The product with this SKU.
    ///
    /// # Errors
    ///
    /// [`ShopError::UnknownSku`] if there is none.
    pub fn product(&self, sku: &str) -> Result<&Product, ShopError> {
        let product = self.0.iter().find(|product| product.sku == sku);
        product.ok_or_else(|| ShopError::UnknownSku(sku.to_owned()))
    }

    /// The products that share a word with the query, the best matches first.
    fn matches(&self, query: &str) -> Vec<&Product> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let shared = |product: &Product| {
            let known = format!("{} {}", product.name, product.tags).to_lowercase();
            words.iter().filter(|word| known.contains(*word)).count()
        };
        let mut found: Vec<&Product> = self
            .0
            .iter()
            .filter(|product| shared(product) > 0)
            .collect();
        found.sort_by_key(|product| Reverse(shared(product)));
        found
    }
}

/// Finds products that match a customer's words.
#[action(name = "SearchCatalogueAction", read_only)]
async fn search_catalogue(
    /// the customer's words
    query: &str,
    /// the maximum number of products
    #[arg(default = 3)]
    limit: usize,
    catalogue: Res<Catalogue>,
) -> Vec<Product> {
    backend::answers(query, 120, 420).await;
    let found = catalogue.matches(query).into_iter().take(limit);
    found.cloned().collect()
}

/// Checks whether there are enough of a product.
#[action(name = "CheckStockAction", read_only)]
async fn check_stock(
    sku: &str,
    #[arg(default = 1)] quantity: u32,
    catalogue: Res<Catalogue>,
) -> Result<Stock, ShopError> {
    backend::answers(sku, 20, 90).await;
    let product = catalogue.product(sku)?;
    Ok(Stock {
        sku: product.sku,
        available: product.in_stock >= quantity,
        in_stock: product.in_stock,
    })
}

/// Converts a price in euro cents to another currency. Needs no back end and answers at once.
#[action(name = "QuotePriceAction", read_only, idempotent)]
async fn quote_price(price_cents: u64, currency: &str) -> Result<Quote, String> {
    let rate = ten_thousandths(currency)
        .ok_or_else(|| format!("the bank gives no exchange rate for `{currency}`"))?;
    let price = u128::from(price_cents) * u128::from(rate) / 10_000;
    Ok(Quote {
        price_cents: u64::try_from(price).map_err(|_| "nobody can pay that much".to_owned())?,
        currency: currency.to_owned(),
    })
}

/// The exchange rate: how many ten-thousandths of the currency one euro is.
fn ten_thousandths(currency: &str) -> Option<u64> {
    let rates = [
        ("CHF", 9_512),
        ("EUR", 10_000),
        ("GBP", 8_630),
        ("ILS", 39_870),
        ("NOK", 117_450),
        ("PLN", 42_610),
        ("SEK", 112_300),
        ("UAH", 451_200),
    ];
    let found = rates.iter().find(|(code, _)| *code == currency);
    found.map(|(_, rate)| *rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_search(query: &str, expected: &[&str]) {
        let catalogue = Catalogue::demo();
        let found: Vec<&str> = catalogue
            .matches(query)
            .iter()
            .map(|found| found.sku)
            .collect();
        assert_eq!(found, expected, "for {query}");
    }

    #[test]
    fn finds_words_of_names_and_tags() {
        check_search("hiking", &["BOOT-W42", "BOOT-W43", "PACK-45"]);
        check_search("−5 °C", &["SLEEP-5"]);
    }

    #[test]
    fn case_does_not_matter() {
        check_search("LAMP", &["LAMP-H1"]);
    }

    #[test]
    fn what_shares_more_words_comes_first() {
        check_search("family tent", &["TENT-4P", "TENT-2P"]);
    }

    #[test]
    fn nothing_shared_finds_nothing() {
        check_search("🎸", &[]);
        check_search("", &[]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_action_can_be_called_as_the_function_it_is() {
        let found = search_catalogue("tent", 1, Res::new(Catalogue::demo())).await;
        assert_eq!(found[0].sku, "TENT-2P");
    }

    #[tokio::test(start_paused = true)]
    async fn a_missing_quantity_is_one() {
        let tested = ActionTester::new("CheckStockAction")
            .resource(Catalogue::demo())
            .arg("sku", "TENT-4P")
            .run()
            .await
            .expect("it is in the catalogue");
        assert_eq!(tested.return_value()["available"], true);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_sku_is_told() {
        let error = ActionTester::new("CheckStockAction")
            .resource(Catalogue::demo())
            .arg("sku", "TENT-9P")
            .run()
            .await
            .expect_err("nobody sells it");
        assert_eq!(error.kind(), ActionErrorKind::Failed);
        assert_eq!(error.message(), "no product has the SKU `TENT-9P`");
    }

    #[tokio::test(start_paused = true)]
    async fn prices_are_rounded_down() {
        let quote = quote_price(3, "GBP").await.expect("there is a rate");
        assert_eq!(quote.price_cents, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_price_beyond_all_money_is_refused() {
        let error = quote_price(u64::MAX, "NOK").await.expect_err("too much");
        assert_eq!(error, "nobody can pay that much");
    }

    #[tokio::test(start_paused = true)]
    async fn a_currency_without_a_rate_is_told() {
        let error = quote_price(100, "XAU")
            .await
            .expect_err("gold is none of ours");
        assert_eq!(error, "the bank gives no exchange rate for `XAU`");
    }
}
