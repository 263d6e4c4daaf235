package Deals::Moment;
# Moment: days and moments in a table of forms, of the Gregorian calendar and the Jalali one. Whether the day or the
# month comes first is never guessed: another value of the file proves it, or DATES says it.
#
#	learn(value, line) of each value, then doubt, then read(value): (day, time of day) or (undef, what is wrong)
#
# A day is YYYY-MM-DD; a time of day is "hh:mm:ss[.ffffff][zone]", undefined where the value is a day alone.
use strict;
use warnings;
use utf8;
use re '/a';	# \d is 0-9
use Time::Local qw(timegm_modern);
use Deals::Say;
use Deals::Text;

my %none = map { $_ => 1 } '', '-', '--', '–', '—', 'n/a', '#n/a', 'na', 'nil', 'none', 'null', 'never', 'tbd';
my ($first_year, $last_year) = (1900, 2199);	# as the functions count them

# Months in English, Malay, Indonesian and German: the whole name, or its first three letters.
my %month;
for ('january february march april may june july august september october november december', 'januari februari mac april mei jun julai ogos september oktober november disember',
	'januari februari maret april mei juni juli agustus september oktober november desember', 'januar februar märz april mai juni juli august september oktober november dezember') {
	my @name = split / /;
	for (0 .. $#name) { $month{ $name[$_] } = $month{ substr $name[$_], 0, 3 } = $_ + 1 }
}
$month{sept} = 9;
my %jalali_month;
{ my $n; $jalali_month{$_} = ++$n for qw(فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند) }

sub new {
	my ($class, $order) = @_;
	stop('DATES is ' . quoted($order), 'DATES=mdy for 03/31/2025, DATES=dmy for 31.03.2025; 2025-03-31 needs none') unless $order =~ /^(?:mdy|dmy)?$/;
	return bless { order => $order, seen => {}, parsed => {} }, $class;
}

sub is_none { my ($value) = @_; return length $value < 8 && exists $none{ fold($value) } }

# ---- Calendars ----

my @length = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
sub is_leap { my ($year) = @_; return $year % 4 == 0 && ($year % 100 != 0 || $year % 400 == 0) }

sub is_day {
	my ($year, $month, $day) = @_;
	return $month >= 1 && $month <= 12 && $day >= 1 && $day <= $length[$month] + ($month == 2 && is_leap($year));
}

sub text_of { my (undef, undef, undef, $day, $month, $year) = gmtime $_[0] * 86400; return sprintf '%04d-%02d-%02d', $year + 1900, $month + 1, $day }
sub number_of { my ($year, $month, $day) = @_; return timegm_modern(0, 0, 0, $day, $month - 1, $year) / 86400 }

# Jalali years are leap by a cycle of 33, as they are in the calendar in use from 1244 to 1472 (1865 to 2093).
sub is_jalali_leap { my ($year) = @_; return (25 * $year + 11) % 33 < 8 }

sub is_jalali_day {
	my ($year, $month, $day) = @_;
	return $month >= 1 && $month <= 12 && $day >= 1 && $day <= ($month <= 6 ? 31 : $month <= 11 ? 30 : 29 + is_jalali_leap($year));
}

# The first day of each year that is read, in days from 1970.
my ($first_jalali, $last_jalali) = (1300, 1425);
my %new_year = ($first_jalali => number_of(1921, 3, 21));
$new_year{ $_ + 1 } = $new_year{$_} + 365 + is_jalali_leap($_) for $first_jalali .. $last_jalali;

sub from_jalali {
	my ($year, $month, $day) = @_;
	return text_of($new_year{$year} + 31 * ($month - 1) - ($month > 7 ? $month - 7 : 0) + $day - 1);
}

# The day of a year, month and day of either calendar: (text) or (undef, what is wrong).
sub day_of {
	my ($year, $month, $day, $is_jalali) = @_;
	if (defined $new_year{$year} && $year <= $last_jalali) {
		return is_jalali_day($year, $month, $day) ? from_jalali($year, $month, $day) : (undef, 'is not a day of the Jalali calendar');
	}
	return (undef, "has the year $year: a lunar year? Lunar dates are not read, nor are Jalali ones behind $last_jalali") if $year > $last_jalali && $year <= 1500 || $is_jalali;
	return (undef, "has the year $year, which is outside of $first_year..$last_year") if $year < $first_year || $year > $last_year;
	return is_day($year, $month, $day) ? sprintf('%04d-%02d-%02d', $year, $month, $day) : (undef, 'is not a day of the calendar');
}

# ---- Forms ----

my $time = qr/(\d\d?)[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?(?:\s?([ap])\.?m\.?)?\s?(?:(Z)|(?:UTC|GMT)?([-+]\d\d)(?::?(\d\d))?(?: UTC| GMT| \([^()]*\))?|(UTC|GMT))?/i;

# The time of day: text in 24 hours with its zone, and whether it is behind the last hour of the day (24:00).
sub time_of {
	my ($hour, $minute, $second, $fraction, $half, $zulu, $zone, $zone_minute, $utc) = @_;
	$second //= 0;
	my $most = defined $half ? 12 : 24;
	return (undef, defined $half && $hour <= 24 ? "has hour $hour with \U$half\EM" : 'has no such time of day')
	  if $hour > $most || $minute > 59 || $second > 59 || $hour == 24 && $minute + $second + ($fraction // 0) > 0 || defined $half && $hour == 0 && lc $half eq 'p';
	return (undef, 'has no such time zone') if defined $zone && (abs $zone > 14 || ($zone_minute // 0) > 59);
	$hour = $hour % 12 + (lc $half eq 'p' ? 12 : 0) if defined $half;
	my $is_next_day = $hour == 24;
	my $text = sprintf '%02d:%02d:%02d', $is_next_day ? 0 : $hour, $minute, $second;
	$text .= '.' . substr $fraction, 0, 6 if ($fraction // '') =~ /[1-9]/;
	return ($text . ($zulu || $utc ? '+00' : defined $zone ? "$zone:" . ($zone_minute // '00') : ''), $is_next_day);
}

# A value as { year, month, day } or, where the order matters, { a, b, year }, with its time; or { wrong }.
sub parse {
	my ($value) = @_;
	$value = level($value) if $value =~ /[^\x21-\x7e]/;
	$value =~ s/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s//i;
	return epoch($1, $2) if $value =~ /^(\d{10})(\d{3})?$/;
	my %date;
	if ($value =~ m{^(\d{4})([-/.])(\d\d?)\2(\d\d?)(?!\d)}gc || $value =~ /^(\d{4})()(\d\d)(\d\d)(?=$|T|\d{4}(?:\d\d)?$)/gc) { @date{qw(year month day)} = ($1, $3, $4) }
	elsif ($value =~ m{^(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)(?!\d)}gc) { @date{qw(a b year)} = ($1, $3, $4) }
	elsif ($value =~ m{^(\d\d?)(?:st|nd|rd|th)?[-/., ]{0,2}([^\W\d_]{3,})\.?[-/., ]{1,2}(\d{4}|\d\d)(?!\d)}gc) { @date{qw(year name day)} = ($3, $2, $1) }
	elsif ($value =~ m{^([^\W\d_]{3,})\.?[- ](\d\d?)(?:st|nd|rd|th)?,?[- ](\d{4})(?!\d)}gc) { @date{qw(year name day)} = ($3, $1, $2) }
	elsif ($value =~ m{^(\d{4})[- ]([^\W\d_]{3,})[- ](\d\d?)(?!\d)}gc) { @date{qw(year name day)} = ($1, $2, $3) }
	elsif ($value =~ /^\d{5}(?:\.\d+)?$/) { return { wrong => 'may be the day number of a spreadsheet: format the column as a date there' } }
	else { return { wrong => 'is not a date' } }
	if (defined(my $name = delete $date{name})) {
		$date{month} = $month{ lc $name } // $jalali_month{$name} // return { wrong => 'has a month whose name is not known' };
		$date{is_jalali} = 1 unless $month{ lc $name };
	}
	$date{is_short} = 1 if length $date{year} == 2;
	$date{year} += $date{year} < 69 ? 2000 : 1900 if $date{is_short};
	my $rest = substr $value, pos $value;
	$rest =~ s/^T?(\d\d)(\d\d)(\d\d)?(?=$|Z|[-+])/"$1:$2" . (defined $3 ? ":$3" : '')/e;
	return \%date if $rest eq '';
	my @part = $rest =~ /^(?:T|, ?| at | )?$time$/ or return { wrong => 'has something behind the day that is no time of day (14:05, 2:05 PM; zones as Z or +07:00)' };
	@date{qw(time is_next_day)} = time_of(@part);
	$date{is_time} = 1 if defined $date{time} && $date{time} !~ /^00:00:00(?!\.)/;
	return defined $date{time} ? \%date : { wrong => $date{is_next_day} };
}

# Seconds since 1970, up to 2030: then they would look like 20300101..
sub epoch {
	my ($second, $millisecond) = @_;
	return { wrong => 'is a number, and no date' } if $second >= 1_900_000_000;
	my ($s, $m, $h, $day, $month, $year) = gmtime $second;
	return { year => $year + 1900, month => $month + 1, day => $day, is_time => $second % 86400 != 0 || ($millisecond // 0) > 0, time => sprintf('%02d:%02d:%02d%s+00', $h, $m, $s, $millisecond ? ".$millisecond" : '') };
}

sub parsed {
	my ($moment, $value) = @_;
	my $parsed = $moment->{parsed};
	%$parsed = () if keys %$parsed > 100_000;	# so that memory does not grow with the file
	return $parsed->{$value} //= parse($value);
}

# ---- Which order ----

# The commonest form needs no parsing: 2025-03-31, with or without a time in 24 hours.
my $iso = qr/^((?:19|20)\d\d-\d\d-\d\d)(?:[ T]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?)(Z|[-+](?:0\d|1[0-4]):?[0-5]\d)?)?$/;

# Returns 1 where the value has a time of day other than midnight.
sub learn {
	my ($moment, $value, $line) = @_;
	return (defined $2 && $2 !~ /^00:00:00(?:\.0+)?$/) ? 1 : 0 if $value =~ $iso;
	return 0 if $value eq '' || is_none($value);
	my $date = $moment->parsed($value);
	return 0 if $date->{wrong};
	if (defined(my $first = $date->{a}) && $date->{a} != $date->{b}) {
		my $kind = $date->{b} > 12 ? 'mdy' : $first > 12 && !$date->{is_short} ? 'dmy' : 'either';	# 30.04.25 could be of 2030
		$moment->{seen}{$kind} //= [ $line, $value ];
	}
	return $date->{is_time} // 0;
}

# What is not clear, as text and next step; settles the order.
sub doubt {
	my ($moment) = @_;
	my $seen = $moment->{seen};
	return if $moment->{order} ne '';
	if ($seen->{mdy} && $seen->{dmy}) {
		return ('in ' . join(', in ', map "line $seen->{$_}[0] (" . quoted($seen->{$_}[1]) . ')', qw(mdy dmy)) . ': the month comes first in the one, the day in the other',
			'DATES=mdy or DATES=dmy says which holds, and the other lines are then told');
	}
	$moment->{order} = $seen->{mdy} ? 'mdy' : $seen->{dmy} ? 'dmy' : '';
	return if $moment->{order} ne '' || !$seen->{either};
	return ("line $seen->{either}[0]: " . quoted($seen->{either}[1]) . ' has the day before the month or behind it, and no other value tells',
		'DATES=dmy if the day comes first, DATES=mdy if the month does');
}

sub read {
	my ($moment, $value) = @_;
	if ($value =~ $iso) {
		my ($day, $time, $zone) = ($1, $2, $3);
		return ($day, defined $time ? $time . ($zone // '') : undef) if $moment->{is_day}{$day} //= is_day(split /-/, $day);
	}
	return () if is_none($value);
	my $date = $moment->parsed($value);
	return (undef, $date->{wrong}) if $date->{wrong};
	my ($month, $day) = @$date{qw(month day)};
	($month, $day) = $date->{a} == $date->{b} || $moment->{order} eq 'mdy' ? @$date{qw(a b)} : @$date{qw(b a)} if defined $date->{a};
	my ($text, $wrong) = day_of($date->{year}, $month, $day, $date->{is_jalali});
	return (undef, defined $date->{a} ? "$wrong, read as " . ($moment->{order} eq 'mdy' ? 'month/day/year' : 'day/month/year') : $wrong) unless defined $text;
	$text = text_of(1 + number_of(split /-/, $text)) if $date->{is_next_day};
	return ($text, $date->{time});
}

1;
