--
-- business: business calendars and the open time between two moments (src/base/business.c, doc/business.md)
--

CREATE TYPE business_calendar;

CREATE FUNCTION business_calendar_in(cstring) RETURNS business_calendar AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION business_calendar_out(business_calendar) RETURNS cstring AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION business_calendar_recv(internal) RETURNS business_calendar AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION business_calendar_send(business_calendar) RETURNS bytea AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE business_calendar (
	INPUT = business_calendar_in,
	OUTPUT = business_calendar_out,
	RECEIVE = business_calendar_recv,
	SEND = business_calendar_send,
	STORAGE = extended
);

COMMENT ON TYPE business_calendar IS 'When a business is open, such as ''Mon-Fri 09:00-12:00, 13:00-17:00; Sat 09:00-13:00; zone: Asia/Kuala_Lumpur; closed: 2026-01-01, 2026-03-20..2026-03-24; open: 2026-03-28 09:00-12:00''. Hours are those of the clock on the wall, in the zone; hours that end after midnight belong to the day they begin; a closed date has none, an open one its own. It prints as it was given and is equal where it means the same.';
COMMENT ON FUNCTION business_calendar_in(cstring) IS 'Reads a business calendar from its text form.';
COMMENT ON FUNCTION business_calendar_out(business_calendar) IS 'The text a business calendar was given as.';
COMMENT ON FUNCTION business_calendar_recv(internal) IS 'Reads a business calendar from its binary form, which is its text.';
COMMENT ON FUNCTION business_calendar_send(business_calendar) IS 'The binary form of a business calendar, which is its text.';

-- use DEFINITION_TYPE of business_calendar=business calendar
COMMENT ON FUNCTION business_calendar_eq(business_calendar, business_calendar) IS 'Whether two business calendars mean the same: the same zone, and the same hours on every day, however they are written.';

-- for time in TIMES
CREATE FUNCTION business_time(calendar business_calendar, started :time, ended :time) RETURNS interval
	AS 'MODULE_PATHNAME', 'business_time_:time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION business_hours(calendar business_calendar, started :time, ended :time) RETURNS double precision
	AS 'MODULE_PATHNAME', 'business_hours_:time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
-- end
COMMENT ON FUNCTION business_time(business_calendar, timestamptz, timestamptz) IS 'Open time from one moment to another, in hours and less (40:00:00 are 40 hours, however many days), to the microsecond; negative where the second is first. An error where the calendar has no zone, or a moment is outside of the years 1900 to 2199.';
COMMENT ON FUNCTION business_hours(business_calendar, timestamptz, timestamptz) IS 'Open time from one moment to another, in hours; otherwise as business_time(business_calendar, timestamptz, timestamptz).';
-- for time in LOCAL_TIMES
COMMENT ON FUNCTION business_time(business_calendar, :time, :time) IS 'Open time from one local time to another, in hours and less, to the microsecond, as the hours are written: nothing is converted, and clock changes make no day longer or shorter. A date is its beginning. Otherwise as business_time(business_calendar, timestamptz, timestamptz).';
COMMENT ON FUNCTION business_hours(business_calendar, :time, :time) IS 'Open time from one local time to another, in hours; otherwise as business_time(business_calendar, :time, :time).';
-- end
