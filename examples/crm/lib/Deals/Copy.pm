package Deals::Copy;
# Copy: rows as the text form of PostgreSQL's COPY. The one place where a value of a file is written for the server, and
# the one where it is escaped: read-deals writes no SQL.
use strict;
use warnings;
use Deals::Say;

my %escape = ("\\" => "\\\\", "\n" => "\\n", "\r" => "\\r", "\t" => "\\t");

sub new {
	my ($class, $file) = @_;
	open my $out, '>:encoding(UTF-8)', $file or stop("$file can't be written: $!", 'make room there, or set TMPDIR');
	return bless { file => $file, out => $out, rows => '' }, $class;
}

sub escaped { my ($value) = @_; $value =~ s/([\\\n\r\t])/$escape{$1}/g; return $value }

# A row of these values; undef is NULL.
sub row {
	my $copy = shift;
	$copy->{rows} .= join("\t", map { !defined ? '\N' : /[\\\n\r\t]/ ? escaped($_) : $_ } @_) . "\n";
	$copy->flush if length $copy->{rows} > 100_000;
	return;
}

sub flush {
	my ($copy) = @_;
	print { $copy->{out} } $copy->{rows} or $copy->fail;
	$copy->{rows} = '';
	return;
}

sub fail { my ($copy) = @_; return stop("$copy->{file} can't be written: $!", 'make room there, or set TMPDIR') }

sub done { my ($copy) = @_; $copy->flush; close $copy->{out} or $copy->fail; return }

1;
