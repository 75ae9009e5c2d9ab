CREATE TABLE orders (id bigserial PRIMARY KEY, customer text NOT NULL, amount numeric(10, 2), updated timestamptz NOT NULL DEFAULT now());
INSERT INTO orders (customer, amount) VALUES ('Ada', 12.50), ('Grace', 99.00);
