from __future__ import annotations

import pytest

from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

NOTHING = "Not Applicable"
ORDER = {
    "ASIN": "B084HJSJJ2", "Title": "The Psychology of Money: Timeless &amp; true",
    "OrderId": "D01", "DigitalOrderItemId": "x", "DeclaredCountryCode": "US",
    "FulfilledDate": "2023-07-14", "IsFulfilled": "Yes", "Marketplace": "www.amazon.com",
    "OrderDate": "2023-07-13", "OurPrice": "9.99", "OurPriceCurrencyCode": "USD",
    "SellerOfRecord": "Amazon.com Services LLC", "Publisher": NOTHING, "ListPriceAmount": "14.99",
    "ListPriceCurrencyCode": "USD", "ListPriceTaxAmount": "14.99", "GiftItem": "No",
    "ItemFulfilled": "Yes", "SubscriptionOrderInfoList": NOTHING,
}  # fmt: skip


def test_a_bought_item_becomes_an_owned_ebook_with_its_price() -> None:
    assert detect(table(ORDER))[0][0] == "kindle_data_request"
    row = only_row(table(ORDER))
    edition = edition_of(row)
    assert work_of(row).title == "The Psychology of Money: Timeless & true"
    assert (edition.asin, edition.isbns, edition.book_format) == ("B084HJSJJ2", [], "ebook")
    assert (edition.price, edition.currency, edition.publisher) == (14.99, "USD", None)
    assert (row.price_paid, row.price_paid_currency) == (9.99, "USD")
    assert (row.key, row.status, row.acquired_date) == ("kindle:B084HJSJJ2", "own", "2023-07-13")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Title": "Prime Membership Fee"}, "not a book: a membership, subscription or gift card"),
        ({"SubscriptionOrderInfoList": "x:1"},
         "not a book: a membership, subscription or gift card"),
        ({"Title": "Alien", "ListPriceTaxAmount": NOTHING},
         "not a book: a film or series, sold by Amazon with no tax on its list price"),
        ({"GiftItem": "Yes", "ItemFulfilled": "No"}, "bought as a gift for somebody else"),
        ({"SellerOfRecord": "Hachette", "ListPriceTaxAmount": NOTHING}, None),
    ],
)  # fmt: skip
def test_what_is_no_book_of_ones_own_is_left_out_with_the_reason(
    changes: dict[str, str], reason: str | None
) -> None:
    assert outcomes(table(ORDER | changes)) == [(reason, None)]


def test_an_order_without_title_fails_and_prices_may_be_missing() -> None:
    assert outcomes(table(ORDER | {"Title": NOTHING})) == [(None, "no title")]
    free = ORDER | {"OurPrice": NOTHING, "ListPriceAmount": NOTHING, "OrderDate": NOTHING}
    row = only_row(table(free))
    assert (row.price_paid, row.price_paid_currency) == (None, None)
    assert (edition_of(row).price, edition_of(row).currency) == (None, None)
    assert row.acquired_date == "2023-07-14"


def test_an_old_title_has_an_isbn_in_place_of_an_asin() -> None:
    row = only_row(table(ORDER | {"ASIN": "0140143505"}))
    assert (edition_of(row).isbns, edition_of(row).asin) == (["9780140143508"], None)


LISTED = {
    "title": "神客万来！　６巻 (ラバココミックス) &amp; 外", "authors": "ねむようこ",
    "date": "2026年5月27日", "status": "READ", "asin": "B0CNCMSBMS",
}  # fmt: skip


def test_a_list_from_the_browser_is_read_in_any_language() -> None:
    assert detect(table(LISTED))[0][0] == "kindle_list"
    row = only_row(table(LISTED))
    assert work_of(row).title == "神客万来！ ６巻 (ラバココミックス) & 外"
    assert people_of(row) == [("ねむようこ", None)]
    assert (row.acquired_date, row.status, row.key) == ("2026-05-27", "own", "kindle:B0CNCMSBMS")
    assert reading_of(row) == {"status": "finished"}
    for word in ("UNREAD", "UNKNOWN"):
        assert only_row(table(LISTED | {"status": word})).reading is None


def test_samples_and_loans_are_left_out_and_a_list_may_be_json() -> None:
    data = (
        b'[{"asin": "B01", "title": "A", "authors": ["Poe:"], "originType": "PURCHASE"},'
        b'{"asin": "B02", "title": "B", "authors": [], "originType": "SAMPLE"},'
        b'{"asin": "B03", "title": "C", "authors": [], "originType": "KINDLE_UNLIMITED"},'
        b'{"asin": "B04", "title": "", "authors": [], "originType": "PURCHASE"}]'
    )
    assert outcomes(data) == [
        (None, None), ("a sample", None), ("borrowed, not owned: KINDLE_UNLIMITED", None),
        (None, "no title"),
    ]  # fmt: skip
    assert read_export(data).format == "kindle_list"


CACHE = b"""<?xml version="1.0" encoding="UTF-8"?>
<response><sync_time>2024-01-02T00:00:00+0000</sync_time><cache_metadata/>
<add_update_list>
 <meta_data><ASIN>B00AAAAAA1</ASIN><title pronunciation="x">Emma</title>
  <authors><author>Austen, Jane</author><author>Doe, John</author></authors>
  <publishers><publisher>Penguin</publisher></publishers>
  <publication_date>2012-05-17T00:00:00+0000</publication_date>
  <purchase_date>2020-03-04T05:06:07+0000</purchase_date>
  <cde_contenttype>EBOK</cde_contenttype>
  <origins><origin><type>Purchase</type></origin></origins></meta_data>
 <meta_data><ASIN>B00AAAAAA2</ASIN><title>Ubik</title><cde_contenttype>EBSP</cde_contenttype>
 </meta_data>
 <meta_data><ASIN>B00AAAAAA3</ASIN><title>Kim</title>
  <origins><origin><type>KindleUnlimited</type></origin></origins></meta_data>
</add_update_list></response>"""


def test_the_cache_of_kindle_for_pc_is_read() -> None:
    assert detect(CACHE)[0] == ("kindle_xml", 1.0)
    assert outcomes(CACHE) == [
        (None, None), ("a sample", None), ("borrowed, not owned: KindleUnlimited", None),
    ]  # fmt: skip
    row = read_export(CACHE).rows[0]
    assert people_of(row) == [("Jane Austen", None), ("John Doe", None)]
    assert (edition_of(row).publisher, edition_of(row).release_date) == ("Penguin", "2012-05-17")
    assert (row.acquired_date, row.status) == ("2020-03-04", "own")
