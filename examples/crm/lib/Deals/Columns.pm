package Deals::Columns;
# Columns: which column of a file is what, by MAP or by the names that CRMs give them.
use strict;
use warnings;
use utf8;
use Encode ();
use Exporter 'import';
use Deals::Say;
use Deals::Text;
our @EXPORT = qw(read_map find_columns);

# What the columns of a file of deals are for, and the usual names of each in order of preference: English, Malay,
# Indonesian, Persian. Case, blanks, hyphens and underscores don't count, nor does "Deal - " before a name (Pipedrive).
our @deals = (
	id		=> 'id, deal id, opportunity id, record id, hs object id, id urus niaga, شناسه',
	owner	=> 'owner, deal owner, opportunity owner, owner name, sales agent, sales rep, rep, owner id, pemilik, مالک, مسئول',
	source	=> 'source, lead source, deal source, original source, origin, channel, product, sumber, منبع',
	industry => 'industry, sector, industri, صنعت',
	region	=> 'region, territory, country, wilayah, negara, منطقه, کشور',
	amount	=> 'amount, deal amount, deal value, value, close value, jumlah, nilai, مبلغ, ارزش',
	currency => 'currency, amount currency, currency code, currency iso code, currency of value, deal currency, deal currency code, mata wang, mata uang, واحد پول, ارز',
	created	=> 'created, created at, create date, created date, creation date, created time, created on, engage date, add time, deal created, tarikh dicipta, tanggal dibuat, تاریخ ایجاد',
	closed	=> 'closed, closed at, close date, closed date, closing date, closed on, deal closed on, close time, tarikh tutup, tarikh ditutup, tanggal tutup, tanggal ditutup, تاریخ بسته شدن',
	won_time => 'won time, won at, won date',
	lost_time => 'lost time, lost at, lost date',
	is_won	=> 'won, is won, is closed won, hs is closed won',
	is_lost	=> 'lost, is lost, is closed lost, hs is closed lost',
	is_closed => 'closed, is closed, hs is closed',
	status	=> 'outcome, deal outcome, result, win/loss, status, deal status, وضعیت, نتیجه',
	won		=> '',	# by MAP alone
	stage	=> 'stage, deal stage, stage name, sales stage, pipeline stage, peringkat, tahap, tahapan, مرحله',
);

# Of a file of stage history: one row a stage entered, or one a change, with the value before and behind it.
our @history = (
	deal	=> 'deal id, opportunity id, record id, deal, opportunity, item id, parent id, opp id, id urus niaga, شناسه, id',
	stage	=> 'new value, new val, to stage, stage, deal stage, stage name, peringkat, tahap, tahapan, مرحله',
	old		=> 'old value, old val, from stage, from',
	entered	=> 'entered, entered at, date entered, entered on, edit date, changed at, change date, changed on, timestamp, log time, last modified, created date, created at, created, تاریخ ورود',
	field	=> 'field, field event, field key, field name, property',
);

# ---- MAP ----

# A term of MAP: in quotes, a quote in it doubled, where it holds what separates terms.
sub term {
	my ($text, $ends) = @_;
	return $1 =~ s/""/"/gr if $$text =~ /\G\s*"((?:[^"]|"")*)"\s*/gc;
	return $$text =~ /\G\s*([^$ends]*?)\s*(?=[$ends]|\z)/gc ? $1 : '';
}

sub terms {
	my ($text, $ends) = @_;
	my @term;
	do { my $term = term($text, "|$ends"); push @term, $term if $term ne '' } while $$text =~ /\G\|/gc;
	return \@term;
}

# name => { column } or, of won, { column, won => [values], lost => [values] }
sub read_map {
	my ($text, @name) = @_;
	my (%map, %known);
	@known{@name} = ();
	while ($text =~ /\G[\s,]*(?=[^\s,])/gc) {
		my $from = pos $text;
		if ($text =~ /\G(\w+)\s*=/gc && exists $known{$1}) {
			my $asked = $map{$1} = { column => undef };
			my $is_won = $1 eq 'won';
			my $start = pos $text;
			$asked->{column} = term(\$text, $is_won ? ',:' : ',');
			if ($is_won && $text =~ /\G:/gc) {
				$asked->{won} = terms(\$text, ',/');
				$asked->{lost} = $text =~ m{\G/}gc ? terms(\$text, ',') : undef;
				stop('MAP: ' . quoted(substr $text, $from) . ' names no values that mean lost', 'MAP="won=COLUMN:WON/LOST"; more of a kind are separated by |, and quotes (") go around a value with , : / or |') unless $asked->{lost};
			}
			next if pos $text == length $text || substr($text, pos $text, 1) eq ',';
		}
		pos($text) = $from;
		$text =~ /\G((?:"[^"]*"|[^,"])*)/gc;
		stop('MAP: ' . quoted($1) . ' is not NAME=COLUMN', 'NAME is one of ' . join(', ', @name) . '; quotes (") go around a column with , : = or / in its name');
	}
	return \%map;
}

# ---- The header ----

sub usual { my ($name) = @_; $name =~ s/^\s*deal\s+-\s+//i; return plain($name) }

# The columns a name can mean, by their places: the same name as it stands, else the same but for case, blanks and signs.
sub places {
	my ($header, $name) = @_;
	my @same = grep $header->[$_] eq $name, 0 .. $#$header;
	return @same if @same;
	@same = grep fold($header->[$_]) eq fold($name), 0 .. $#$header;
	return @same ? @same : grep $header->[$_] ne '' && usual($header->[$_]) eq usual($name), 0 .. $#$header;
}

# name => place in the row. What is not clear is added to @$fault as text.
sub find_columns {
	my ($csv, $usual, $map, $fault) = @_;
	my $header = $csv->{header};
	my %usual = @$usual;
	my %place;
	for my $name (sort keys %usual) {
		my $asked = $map->{$name};
		next if $asked && $asked->{column} eq '';
		my @candidate = $asked ? places($header, $asked->{column}) : first_usual($header, $usual{$name});
		push @$fault, 'no column ' . quoted($asked->{column}) . ", which MAP names for $name" if $asked && !@candidate;
		push @$fault, 'the columns ' . quoted(@$header[@candidate]) . " have one name; which is $name?" if @candidate > 1;
		$place{$name} = $candidate[0] if @candidate;
	}
	return \%place;
}

sub first_usual {
	my ($header, $names) = @_;
	for my $wanted (map usual($_), split /,/, $names) {
		my @place = grep usual($header->[$_]) eq $wanted, 0 .. $#$header;
		return @place if @place;
	}
	return;
}

1;
