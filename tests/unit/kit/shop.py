"""Tables with rows bound to an area and a shop, and some that are bound to nothing."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from services.kit.scope import BOUND

metadata = MetaData()

shelves = Table(
    "shelves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("area_code", Text),
    Column("shop_id", Text),
    Column("label", Text),
    info={BOUND: {"area": "area_code", "shop": "shop_id"}},
)
goods = Table(
    "goods",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shelf", ForeignKey("shelves.id")),
    Column("area_code", Text),
    Column("name", Text),
    info={BOUND: {"area": "area_code"}},
)
colours = Table("colours", metadata, Column("id", Integer, primary_key=True), Column("name", Text))

DDL = """
    CREATE SCHEMA shop;
    SET search_path TO shop;
    CREATE TABLE shelves (id integer PRIMARY KEY, area_code text, shop_id text, label text);
    CREATE TABLE goods (id integer PRIMARY KEY, shelf integer REFERENCES shelves, area_code text, name text);
    CREATE TABLE colours (id integer PRIMARY KEY, name text);
    INSERT INTO shelves VALUES
        (1, '33', 'a', 'one'), (2, '33.25', 'a', 'two'), (3, '33.25.11', 'b', 'three'), (4, '33.26', 'b', 'four'),
        (5, '3', 'a', 'five'), (6, '331', 'a', 'six'), (7, NULL, 'a', 'seven'), (8, '33.25', NULL, 'eight'),
        (9, '33_25', 'a', 'nine');
    INSERT INTO goods VALUES (1, 1, '33', 'red'), (2, 2, '33.25', 'green'), (3, 4, '33.26', 'blue');
    INSERT INTO colours VALUES (1, 'red'), (2, 'green');
"""
