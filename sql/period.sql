--
-- period: calendar periods, Gregorian and Jalali (src/base/period.c, doc/period.md)
--

CREATE FUNCTION period_start(day date, period text) RETURNS date
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period_start(date, text) IS 'The first day of the period that a day lies in: day, week (from Monday), month, quarter, year, jalali month, jalali quarter or jalali year (else an error). NULL for a day outside of the years 1900 to 2199.';

CREATE FUNCTION jalali_date(day date) RETURNS text
	AS 'MODULE_PATHNAME', 'period_jalali_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION jalali_date(date) IS 'A day as the Jalali calendar writes it, 1405-01-01: for labels. Texts of this form sort as the days do. NULL for a day outside of the years 1900 to 2199.';

CREATE FUNCTION from_jalali(year integer, month integer, day integer) RETURNS date
	AS 'MODULE_PATHNAME', 'period_from_jalali' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION from_jalali(integer, integer, integer) IS 'The day of a Jalali year, month (1 to 12) and day of the month. An error where there is no such day, or it is outside of the years 1900 to 2199.';
