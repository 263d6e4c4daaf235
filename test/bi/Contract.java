/*
 * Contract.java
 *		What the extension's columns are to tools that read through JDBC: numbers, texts, booleans and times,
 *		the same ones in whatever way the query is sent and read.
 *
 * test/bi/jdbc runs it. The queries are those of bi.sources (contract.sql). What the simple protocol prints
 * in UTC is taken as the truth, since psql prints the same; each other way must read equal values. Prints TAP.
 */
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Contract
{
	/* A query as bi.sources has it */
	record Source(String kind, String name, String query, String sent, String[] parameters, String whole)
	{
		/* The functions and views promise an order or a key, the catalogue's queries neither */
		boolean isOrdered()
		{
			return kind.equals("function");
		}

		boolean isDrawn()
		{
			return kind.equals("function") || kind.equals("view");
		}
	}

	/* What a query gives: names and types of its columns, and values as they mean the same in every way of reading */
	record Result(List<String> names, List<String> types, List<List<String>> rows)
	{
		Result sorted()
		{
			List<List<String>> copy = new ArrayList<>(rows);

			copy.sort((a, b) -> a.toString().compareTo(b.toString()));
			return new Result(names, types, copy);
		}
	}

	interface Check
	{
		void run() throws Exception;
	}

	static class Fault extends Exception
	{
		Fault(String message)
		{
			super(message);
		}
	}

	static int count = 0;
	static int failed = 0;

	static void test(String name, Check check)
	{
		count++;
		try
		{
			check.run();
			System.out.println("ok " + count + " - " + name);
		}
		catch (Exception e)
		{
			failed++;
			System.out.println("not ok " + count + " - " + name);
			System.out.println("# " + (e instanceof Fault ? "" : e.getClass().getName() + ": ") + String.valueOf(e.getMessage()).replace("\n", "\n# "));
		}
	}

	static Connection connect(String... settings) throws SQLException
	{
		Properties properties = new Properties();

		properties.setProperty("user", System.getenv("PGUSER"));
		if (System.getenv("PGPASSWORD") != null)
			properties.setProperty("password", System.getenv("PGPASSWORD"));
		for (int i = 0; i < settings.length; i += 2)
			properties.setProperty(settings[i], settings[i + 1]);
		return DriverManager.getConnection("jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE"), properties);
	}

	/* An offset may have no minutes (+00), minutes (+03:30), or seconds (old local times) */
	static final DateTimeFormatter TIMESTAMPTZ = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ')
		.appendPattern("HH:mm:ss").appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).appendOffset("+HH:mm:ss", "+00").toFormatter();
	static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ')
		.appendPattern("HH:mm:ss").appendFraction(ChronoField.MICRO_OF_SECOND, 0, 6, true).toFormatter();

	static void same(Object expected, Object got, String what) throws Fault
	{
		if (!Objects.equals(expected, got))
			throw new Fault(what + ": expected " + expected + ", got " + got);
	}

	static <T> T as(Class<T> type, Object value, String what) throws Fault
	{
		if (!type.isInstance(value))
			throw new Fault(what + ": getObject gives a " + value.getClass().getName() + ", not a " + type.getName());
		return type.cast(value);
	}

	/*
	 * The value of a column by each getter that tools use for its type: getObject (Metabase, of the class that it
	 * wants for times), and the one named after the type. All must agree; the answer is its meaning as a text.
	 */
	static String value(ResultSet rows, int i, String type, String what) throws Exception
	{
		Object object = rows.getObject(i);

		if (object == null)
		{
			if (!rows.wasNull() || rows.getString(i) != null || rows.getBigDecimal(i) != null)
				throw new Fault(what + ": NULL to getObject, and something else to another getter");
			return null;
		}
		switch (type)
		{
			case "int2":
			case "int4":
				as(Integer.class, object, what);
				same((Integer) object, rows.getInt(i), what);
				same(rows.getString(i), object.toString(), what);
				return object.toString();
			case "int8":
				as(Long.class, object, what);
				same((Long) object, rows.getLong(i), what);
				same(((Long) object).doubleValue(), rows.getDouble(i), what);
				return object.toString();
			case "float8":
			{
				double number = as(Double.class, object, what);

				if (Double.isNaN(number) || Double.isInfinite(number))
					throw new Fault(what + ": " + number);
				same(number, rows.getDouble(i), what);
				same(number, Double.parseDouble(rows.getString(i)), what);
				if (rows.getBigDecimal(i) == null)
					throw new Fault(what + ": getBigDecimal gives null");
				return Double.toString(number);
			}
			case "numeric":
			{
				/* NaN and infinities would be a Double here, and an exception there */
				BigDecimal number = as(BigDecimal.class, object, what);

				same(number, rows.getBigDecimal(i), what);
				same(number.doubleValue(), rows.getDouble(i), what);
				/* .NET's decimal, which Npgsql reads into: 96 bits and 28 decimals. Beyond, it throws. */
				if (number.unscaledValue().bitLength() > 96 || number.scale() > 28)
					throw new Fault(what + ": " + number + " has more digits than Power BI can read");
				return number.toPlainString();
			}
			case "text":
				same(as(String.class, object, what), rows.getString(i), what);
				return (String) object;
			case "bool":
				same(as(Boolean.class, object, what), rows.getBoolean(i), what);
				return object.toString();
			case "date":
			{
				LocalDate day = rows.getObject(i, LocalDate.class);

				same(day, as(java.sql.Date.class, object, what).toLocalDate(), what + " (getObject)");
				same(day, rows.getDate(i).toLocalDate(), what + " (getDate)");
				same(day, rows.getTimestamp(i).toLocalDateTime().toLocalDate(), what + " (getTimestamp)");
				same(day, LocalDate.parse(rows.getString(i)), what + " (getString)");
				return day.toString();
			}
			case "timestamptz":
			{
				OffsetDateTime moment = rows.getObject(i, OffsetDateTime.class);

				same(moment.toInstant(), as(java.sql.Timestamp.class, object, what).toInstant(), what + " (getObject)");
				same(moment.toInstant(), rows.getTimestamp(i).toInstant(), what + " (getTimestamp)");
				same(moment.toInstant(), OffsetDateTime.parse(rows.getString(i), TIMESTAMPTZ).toInstant(), what + " (getString)");
				return moment.toInstant().toString();
			}
			case "timestamp":
			{
				LocalDateTime time = rows.getObject(i, LocalDateTime.class);

				same(time, as(java.sql.Timestamp.class, object, what).toLocalDateTime(), what + " (getObject)");
				same(time, LocalDateTime.parse(rows.getString(i), TIMESTAMP), what + " (getString)");
				return time.toString();
			}
			default:
				throw new Fault(what + ": no chart takes a " + type);
		}
	}

	static List<String> names(ResultSetMetaData columns) throws SQLException
	{
		List<String> names = new ArrayList<>();

		for (int i = 1; i <= columns.getColumnCount(); i++)
			names.add(columns.getColumnLabel(i));
		return names;
	}

	static List<String> types(ResultSetMetaData columns) throws SQLException
	{
		List<String> types = new ArrayList<>();

		for (int i = 1; i <= columns.getColumnCount(); i++)
			types.add(columns.getColumnTypeName(i));
		return types;
	}

	static Result read(ResultSet rows) throws Exception
	{
		List<String> names = names(rows.getMetaData());
		List<String> types = types(rows.getMetaData());
		List<List<String>> values = new ArrayList<>();

		while (rows.next())
		{
			List<String> row = new ArrayList<>();

			for (int i = 1; i <= names.size(); i++)
				row.add(value(rows, i, types.get(i - 1), "row " + (values.size() + 1) + ", column " + names.get(i - 1)));
			values.add(row);
		}
		rows.close();
		return new Result(names, types, values);
	}

	static Result read(Connection connection, String query) throws Exception
	{
		try (Statement statement = connection.createStatement())
		{
			return read(statement.executeQuery(query));
		}
	}

	static void equal(Source source, Result expected, Result got, String way) throws Fault
	{
		Result a = source.isOrdered() ? expected : expected.sorted();
		Result b = source.isOrdered() ? got : got.sorted();

		same(a.names, b.names, way + ", names");
		same(a.types, b.types, way + ", types");
		same(a.rows.size(), b.rows.size(), way + ", rows");
		for (int i = 0; i < a.rows.size(); i++)
			same(a.rows.get(i), b.rows.get(i), way + ", row " + (i + 1));
	}

	static String quoted(String name)
	{
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	static final String[] ZONES = {"Asia/Tehran", "Asia/Kuala_Lumpur", "America/St_Johns"};

	/* Connections, each a way to send and read */
	static Connection simple;		/* simple protocol: all as text */
	static Connection plain;		/* as the driver does by itself */
	static Connection binary;		/* on the server, and in binary, from the first run */
	static Connection cursor;		/* through a cursor, a few rows at a time */

	static void checkSource(Source source) throws Exception
	{
		String of = source.kind + " " + source.name + ": ";
		Result[] truth = new Result[1];

		test(of + "columns that charts take", () -> {
			truth[0] = read(simple, source.query);
			if (truth[0].rows.isEmpty())
				throw new Fault("no rows: nothing is tested");
		});
		if (truth[0] == null)
			return;

		if (source.whole != null)
			test(of + "all rows", () -> {
				try (PreparedStatement statement = cursor.prepareStatement(source.whole))
				{
					statement.setFetchSize(5000);
					try (ResultSet rows = statement.executeQuery())
					{
						List<String> types = types(rows.getMetaData());
						long row = 0;

						while (rows.next())
						{
							row++;
							for (int i = 1; i <= types.size(); i++)
								value(rows, i, types.get(i - 1), "row " + row + ", column " + i);
						}
					}
				}
				finally
				{
					cursor.rollback();
				}
			});

		Result result = truth[0];
		String from = " FROM (" + source.query + ") AS \"source\"";

		test(of + "wrapped, as a question on a question", () -> {
			List<String> columns = new ArrayList<>();

			equal(source, result, read(plain, "SELECT *" + from + " LIMIT 2000"), "SELECT *");
			if (new HashSet<>(result.names).size() < result.names.size())
				return;			/* two columns of one name: no tool can ask for one of them, either */
			for (String name : result.names)
				columns.add("\"source\"." + quoted(name) + " AS " + quoted(name));
			equal(source, result, read(plain, "SELECT " + String.join(", ", columns) + from + " LIMIT 1048575"), "column by column");
		});

		test(of + "as Metabase reads, forward only, 2000 rows at most", () -> {
			try (Statement statement = plain.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT))
			{
				statement.setFetchDirection(ResultSet.FETCH_FORWARD);
				statement.setFetchSize(500);
				statement.setMaxRows(2000);
				equal(source, result, read(statement.executeQuery(source.query)), "read");
			}
		});

		test(of + "names and types without rows", () -> {
			Result none = read(plain, "SELECT *" + from + " WHERE 1 = 0");

			same(result.names, none.names, "WHERE 1 = 0, names");
			same(result.types, none.types, "WHERE 1 = 0, types");
			same(0, none.rows.size(), "WHERE 1 = 0, rows");
			try (PreparedStatement statement = plain.prepareStatement("SELECT *" + from + " LIMIT 1"))
			{
				same(result.names, names(statement.getMetaData()), "before it runs, names");
				same(result.types, types(statement.getMetaData()), "before it runs, types");
			}
		});

		test(of + "on the server, in binary, 7 times", () -> {
			try (PreparedStatement statement = binary.prepareStatement("SELECT *" + from + " LIMIT 2000"))
			{
				for (int i = 1; i <= 7; i++)
					equal(source, result, read(statement.executeQuery()), "run " + i);
			}
		});

		test(of + "through a cursor", () -> {
			try (PreparedStatement statement = cursor.prepareStatement(source.query))
			{
				statement.setFetchSize(3);
				equal(source, result, read(statement.executeQuery()), "read");
			}
			finally
			{
				cursor.rollback();
			}
		});

		if (source.isDrawn())
			test(of + "counted by each column", () -> {
				for (int i = 0; i < result.names.size(); i++)
				{
					String column = "\"source\"." + quoted(result.names.get(i));
					Set<String> distinct = new HashSet<>();
					int column_number = i;
					long total = 0;

					/* 0 and 0.00 are one group */
					UnaryOperator<String> group = text -> text == null || !result.types.get(column_number).equals("numeric") ? text : new BigDecimal(text).stripTrailingZeros().toPlainString();

					result.rows.forEach(row -> distinct.add(group.apply(row.get(column_number))));
					for (List<String> row : read(plain, "SELECT " + column + ", count(*), min(" + column + (result.types.get(i).equals("bool") ? "::text" : "") + ")" + from + " GROUP BY " + column + " ORDER BY 2 DESC LIMIT 50000").rows)
					{
						if (!distinct.remove(group.apply(row.get(0))))
							throw new Fault(column + ": " + row.get(0) + " is there once more, or new");
						total += Long.parseLong(row.get(1));
					}
					same((long) result.rows.size(), total, column + ", rows");
					if (!distinct.isEmpty())
						throw new Fault(column + ": missing " + distinct);
				}
			});

		if (source.sent != null)
			test(of + "with parameters", () -> {
				checkParameters(source, result, plain, false);
				checkParameters(source, result, binary, false);
				checkParameters(source, result, binary, true);
			});

		for (String zone : ZONES)
			test(of + "the same in " + zone, () -> checkZone(source, result, zone));
	}

	/*
	 * Parameters have a type of their own here (a String is varchar, an Integer integer, a Long bigint), so a
	 * definition and an array given as text are to be cast, and so is a whole number where it may come as a long.
	 */
	static final Set<String> CAST = Set.of("funnel", "journey", "business_calendar", "text[]", "integer[]", "timestamptz[]");

	static void checkParameters(Source source, Result result, Connection connection, boolean longs) throws Exception
	{
		Matcher mark = Pattern.compile("\\$(\\d+)").matcher(source.sent);
		List<Integer> numbers = new ArrayList<>();
		StringBuilder sql = new StringBuilder();

		while (mark.find())
		{
			String type = source.parameters[2 * Integer.parseInt(mark.group(1)) - 2];

			numbers.add(Integer.parseInt(mark.group(1)));
			mark.appendReplacement(sql, CAST.contains(type) || type.equals("integer") && longs ? "CAST(? AS " + type + ")" : "?");
		}
		mark.appendTail(sql);
		try (PreparedStatement statement = connection.prepareStatement(sql.toString()))
		{
			for (int i = 1; i <= 7; i++)		/* from the sixth run on a generic plan may be used */
			{
				for (int n = 0; n < numbers.size(); n++)
				{
					String type = source.parameters[2 * numbers.get(n) - 2];
					String value = source.parameters[2 * numbers.get(n) - 1];

					switch (type)
					{
						case "date":
							statement.setObject(n + 1, LocalDate.parse(value), Types.DATE);
							break;
						case "timestamptz":
							statement.setObject(n + 1, OffsetDateTime.parse(value), Types.TIMESTAMP_WITH_TIMEZONE);
							break;
						case "integer":
							statement.setObject(n + 1, longs ? (Object) Long.valueOf(value) : (Object) Integer.valueOf(value));
							break;
						case "double precision":
							statement.setObject(n + 1, Double.valueOf(value));
							break;
						default:
							statement.setObject(n + 1, value);
					}
				}
				equal(source, result, read(statement.executeQuery()), (longs ? "longs, " : "") + "run " + i);
			}
		}
	}

	/* Connections of another zone: by the Java machine's own, and by SET, as Metabase does for its report time zone */
	static final Map<String, Connection> connections = new HashMap<>();

	static Connection connectFrom(String zone, String prepare, boolean set) throws SQLException
	{
		Connection connection = connections.get(zone + prepare + set);

		if (connection == null)
		{
			connection = connect("prepareThreshold", prepare);
			if (set)
				try (Statement statement = connection.createStatement())
				{
					statement.execute("SET SESSION TIMEZONE TO '" + zone + "'");
				}
			connections.put(zone + prepare + set, connection);
		}
		return connection;
	}

	/* Whatever the session's zone is, the values stay what they are. */
	static void checkZone(Source source, Result result, String zone) throws Exception
	{
		for (String prepare : new String[] {"5", "-1"})		/* -1: in binary at once */
			for (boolean set : new boolean[] {false, true})
			{
				TimeZone before = TimeZone.getDefault();

				try
				{
					if (!set)
						TimeZone.setDefault(TimeZone.getTimeZone(zone));

					Connection connection = connectFrom(zone, prepare, set);

					same(zone, read(connection, "SHOW timezone").rows.get(0).get(0), "zone of the session");
					equal(source, result, read(connection, source.query), set ? "zone set" : "zone of the machine");
				}
				finally
				{
					TimeZone.setDefault(before);
				}
			}
	}

	/* No rows at all: nothing throws, and the columns are of the same types. */
	static void checkEmpty(List<Source> sources) throws Exception
	{
		try (Statement statement = cursor.createStatement())
		{
			statement.execute("DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'); END $$");
			for (Source source : sources)
			{
				if (source.kind.equals("view"))
					continue;		/* of what was stored */
				test(source.kind + " " + source.name + ": of empty tables", () -> read(cursor, source.query));
			}
		}
		finally
		{
			cursor.rollback();
		}
	}

	static List<String> strings(ResultSet rows, String... columns) throws SQLException
	{
		List<String> all = new ArrayList<>();

		while (rows.next())
		{
			List<String> row = new ArrayList<>();

			for (String column : columns)
				row.add(rows.getString(column));
			all.add(String.join(" ", row));
		}
		rows.close();
		return all;
	}

	static void includes(List<String> all, String one, String what) throws Fault
	{
		if (!all.contains(one))
			throw new Fault(what + ": no " + one + " among " + all.size() + (all.size() < 100 ? ": " + all : ""));
	}

	/* What a tool asks when it learns what there is. */
	static void checkMetaData() throws Exception
	{
		DatabaseMetaData metadata = plain.getMetaData();
		List<String> relations = read(plain, "SELECT n.nspname || ' ' || c.relname AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'kpi')")
			.rows.stream().map(row -> row.get(0)).toList();
		List<String> columns = read(plain, "SELECT n.nspname || ' ' || c.relname || ' ' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('public', 'kpi')")
			.rows.stream().map(row -> row.get(0)).toList();

		test("getTables lists tables and views", () -> {
			List<String> listed = strings(metadata.getTables(null, null, "%", new String[] {"TABLE", "PARTITIONED TABLE", "VIEW", "MATERIALIZED VIEW"}), "TABLE_SCHEM", "TABLE_NAME");

			for (String relation : relations)
				includes(listed, relation, "getTables");
		});
		test("getColumns lists their columns", () -> {
			List<String> listed = strings(metadata.getColumns(null, null, "%", "%"), "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME");

			for (String column : columns)
				includes(listed, column, "getColumns");
		});
		test("getPrimaryKeys and getIndexInfo of each", () -> {
			for (String relation : relations)
			{
				String[] name = relation.split(" ", 2);

				strings(metadata.getPrimaryKeys(null, name[0], name[1]), "COLUMN_NAME");
				strings(metadata.getImportedKeys(null, name[0], name[1]), "FKCOLUMN_NAME");
				strings(metadata.getIndexInfo(null, name[0], name[1], false, true), "INDEX_NAME");
			}
			includes(strings(metadata.getPrimaryKeys(null, "public", "deals"), "COLUMN_NAME"), "deal_id", "primary key of deals");
		});
		test("getFunctions and getFunctionColumns list the extension's", () -> {
			List<String> functions = strings(metadata.getFunctions(null, "public", "%"), "FUNCTION_NAME");
			List<String> results = strings(metadata.getFunctionColumns(null, "public", "%", "%"), "FUNCTION_NAME", "COLUMN_NAME", "TYPE_NAME");

			for (List<String> row : read(plain, "SELECT DISTINCT name FROM bi.functions WHERE kind = 'f'").rows)
				includes(functions, row.get(0), "getFunctions");
			includes(results, "stage_leakage leakage_rate float8", "getFunctionColumns");
			includes(results, "cohort_retention cohort date", "getFunctionColumns");
		});
		test("getProcedures, getTypeInfo and getUDTs", () -> {
			strings(metadata.getProcedures(null, null, "%"), "PROCEDURE_NAME");
			strings(metadata.getProcedureColumns(null, null, "%", "%"), "COLUMN_NAME");
			includes(strings(metadata.getTypeInfo(), "TYPE_NAME"), "stage_summary", "getTypeInfo");
			strings(metadata.getUDTs(null, null, "%", null), "TYPE_NAME");
		});
	}

	/* What doc/bi.md warns of */
	static void checkWarnings() throws Exception
	{
		String aggregate = "stage_agg(deal_id, stage, entered_at, 'Lead > Qualified > Won; lost: Lost')";

		test("a set-returning function in the SELECT list arrives as one record", () -> {
			try (Statement statement = plain.createStatement(); ResultSet rows = statement.executeQuery("SELECT stage_leakage(" + aggregate + ") FROM deal_stage_history"))
			{
				same(List.of("record"), types(rows.getMetaData()), "types");
				rows.next();
				if (!rows.getObject(1).toString().startsWith("(1,Lead,"))
					throw new Fault("it is " + rows.getObject(1));
			}
		});
		test("in FROM it has columns", () -> {
			Result result = read(plain, "SELECT l.* FROM (SELECT " + aggregate + " AS summary FROM deal_stage_history) s, stage_leakage(summary) l");

			same(19, result.names.size(), "columns");
			same("Lead", result.rows.get(0).get(1), "stage of the first row");
		});
		test("a stored summary reads as its JSON text, in text and in binary", () -> {
			for (Connection connection : new Connection[] {simple, plain, binary})
				for (String summary : new String[] {"rate_agg(won)", "velocity_agg(won, amount, created, closed)"})
					try (PreparedStatement statement = connection.prepareStatement("SELECT " + summary + " AS summary FROM deals"))
					{
						for (int i = 0; i < 7; i++)
						{
							ResultSet rows = statement.executeQuery();

							rows.next();
							if (!rows.getObject(1).toString().startsWith("{\"version\": 1") || !rows.getString(1).startsWith("{\"version\": 1"))
								throw new Fault("it is " + rows.getObject(1) + ", or " + rows.getString(1));
						}
					}
		});
		test("an interval arrives as a PGInterval, which no chart takes; the days beside it as a double", () -> {
			try (Statement statement = plain.createStatement(); ResultSet rows = statement.executeQuery("SELECT cycle_time(created, closed), cycle_days(created, closed) FROM deals WHERE won"))
			{
				rows.next();
				same("org.postgresql.util.PGInterval", rows.getObject(1).getClass().getName(), "cycle_time");
				as(Double.class, rows.getObject(2), "cycle_days");
			}
		});
		test("a definition as a text parameter is to be cast", () -> {
			String query = "SELECT count(*) FROM stage_leakage((SELECT stage_agg(deal_id, stage, entered_at, %s) FROM deal_stage_history))";

			try (PreparedStatement statement = plain.prepareStatement(String.format(query, "?")))
			{
				statement.setString(1, "Lead > Won");
				statement.executeQuery();
				throw new Fault("it went without: the warning is out of date");
			}
			catch (SQLException e)
			{
				same("42883", e.getSQLState(), "SQLSTATE");
			}
			try (PreparedStatement statement = plain.prepareStatement(String.format(query, "CAST(? AS funnel)")))
			{
				statement.setString(1, "Lead > Won");
				same("2", read(statement.executeQuery()).rows.get(0).get(0), "stages");
			}
		});
		test("no operator of the extension has a question mark, which JDBC takes for a parameter", () ->
			same("0", read(plain, "SELECT count(*) FROM pg_operator o JOIN pg_depend d ON (d.classid, d.objid, d.deptype) = ('pg_operator'::regclass, o.oid, 'e') JOIN pg_extension e ON e.oid = d.refobjid WHERE extname = 'funnel_metrics' AND oprname LIKE '%' || chr(63) || '%'").rows.get(0).get(0), "operators"));
	}

	static void checkNone(String name, String query) throws Exception
	{
		test(name, () -> {
			List<List<String>> rows = read(plain, query).rows;

			if (!rows.isEmpty())
				throw new Fault(rows.toString());
		});
	}

	public static void main(String[] arguments) throws Exception
	{
		List<Source> sources = new ArrayList<>();

		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		simple = connect("preferQueryMode", "simple");
		plain = connect();
		plain.setReadOnly(true);
		binary = connect("prepareThreshold", "1", "binaryTransfer", "true");
		cursor = connect("prepareThreshold", "1");
		cursor.setAutoCommit(false);

		checkNone("every function that gives columns has a call", "SELECT function FROM bi.functions_without_call");
		checkNone("no figure is of a type that charts don't take, but those listed", "SELECT function, result FROM bi.functions_of_other_types");
		checkNone("every interval has its days beside it", "SELECT function FROM bi.intervals_without_days");
		checkNone("the reader of the nightly schema may read some of it", "SELECT nspname FROM pg_namespace WHERE nspname = 'kpi' AND NOT EXISTS (SELECT FROM bi.relations)");
		checkNone("every query listed for its interval is of the catalogue, and gives one", "SELECT kpi FROM bi.interval_calls EXCEPT SELECT kpi FROM kpi_catalog() WHERE unit = 'interval'");

		try (Statement statement = plain.createStatement(); ResultSet rows = statement.executeQuery("SELECT kind, name, query, sent, parameters, whole FROM bi.sources ORDER BY kind, name"))
		{
			while (rows.next())
				sources.add(new Source(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4), rows.getArray(5) == null ? null : (String[]) rows.getArray(5).getArray(), rows.getString(6)));
		}
		for (Source source : sources)
			checkSource(source);
		checkEmpty(sources);
		checkMetaData();
		checkWarnings();
		System.out.println("1.." + count);
		System.exit(failed == 0 ? 0 : 1);
	}
}
