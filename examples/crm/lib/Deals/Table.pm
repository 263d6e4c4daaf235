package Deals::Table;
# Table: the rows of a file that hold something, cut down to the columns that count and tidied, so that they can be gone
# through more than once. What stands between them, empty lines and totals, is counted.
#
#	Deals::Table->new($csv, \%place, @day): %place is name => column, and is changed to the columns of the table; @day
#	names those that hold days. while (my ($line, $cell) = $table->row) { ... } goes through it, again and again.
use strict;
use warnings;
use utf8;
use Deals::Say;
use Deals::Text;
use Deals::Amount;

my $total = qr/(?:grand |sub ?)?totals?|sum|count|average|avg|jumlah|jumlah besar|jumlah keseluruhan|جمع|جمع کل|مجموع/;
my $total_in = qr/total|sum|count|average|avg|jumlah|جمع|مجموع/i;	# which most rows fail at once

sub new {
	my ($class, $csv, $place, @day) = @_;
	my %used = map { $_ => 1 } values %$place;
	my @used = sort { $a <=> $b } keys %used;
	my $table = bless { file => $csv->{file}, csv => $csv, header => [ @{ $csv->{header} }[@used] ], rows => [], totals => [], next => 0 }, $class;
	$table->gather(\@used, map $place->{$_} // (), @day);
	@used{@used} = 0 .. $#used;
	$_ = $used{$_} for values %$place;
	return $table;
}

sub gather {
	my ($table, $used, @day) = @_;
	my $csv = $table->{csv};
	my $wants = @{ $csv->{header} };
	while (my ($line, $cell) = $csv->row) {
		if ($cell->[0] !~ /^\d/ && is_total($cell, @day)) { push @{ $table->{totals} }, $line; next }
		my $has = @$cell;
		if ($has < $wants) { complain(place($csv, $line, $has), "missing: the line has $has fields, the header $wants"); next }
		if ($has > $wants && grep /\S/, @$cell[ $wants .. $has - 1 ]) { complain(place($csv, $line, $wants - 1), "the line goes on behind it: it has $has fields, the header $wants"); next }
		my $row = join "\0", $line, @$cell[@$used];
		$row = join "\0", map tidy($_), split /\0/, $row, -1 
		  if $row =~ tr/\0\x20-\x7e//c || index($row, "\0 ") >= 0 || index($row, " \0") >= 0 || substr($row, -1) eq ' ';
		push @{ $table->{rows} }, $row;
	}
	complained($csv->{file});
	return;
}

# A row whose first value is "Total" and its like, without days, and with nothing else but numbers.
sub is_total {
	my ($cell, @day) = @_;
	my $at = 0;
	$at++ while $cell->[$at] !~ /\S/;
	return 0 if $cell->[$at] !~ $total_in || words($cell->[$at]) !~ /^(?:$total)(?: \d+(?: records?)?)?$/;
	return 0 if grep $_ != $at && ($cell->[$_] // '') =~ /\d.*\d/, @day;
	return !grep /\S/ && words($_) !~ /^(?:$total)$/ && !Deals::Amount::is_number(tidy($_)), @$cell[ $at + 1 .. $#$cell ];
}

sub place { my ($csv, $line, $column) = @_; return "$csv->{file}, line $line, column \"" . shown($csv->{header}[$column]) . '"' }
sub where { my ($table, $line, $column) = @_; return place($table, $line, $column) }

# The next row: its line and its cells. Behind the last one nothing, and then the first one again.
sub row {
	my ($table) = @_;
	my $row = $table->{rows}[ $table->{next}++ ];
	if (!defined $row) { $table->{next} = 0; return }
	my ($line, @cell) = split /\0/, $row, -1;
	return ($line, \@cell);
}

# Stops where no value tells how the others are to be read.
sub doubt {
	my ($table, @reader) = @_;
	for (@reader) {
		my ($what, $step) = $_->doubt or next;
		stop("$table->{file}, $what", $step);
	}
	return;
}

sub left_out {
	my ($table) = @_;
	my ($csv, $totals) = @$table{qw(csv totals)};
	my @what;
	push @what, plural($csv->{empty}, 'empty line') if $csv->{empty};
	push @what, plural(scalar @$totals, 'line') . ' of totals (' . listed(@$totals) . ')' if @$totals;
	push @what, plural(scalar @{ $csv->{footer} }, 'line') . " of a footer (from line $csv->{footer}[0][0])" if @{ $csv->{footer} };
	push @what, 'the title ' . quoted($csv->{title}) if defined $csv->{title};
	return @what ? 'Left out: ' . join(', ', @what) : ();
}

1;
