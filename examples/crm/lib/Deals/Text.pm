package Deals::Text;
# Text: one spelling for what looks the same. Digits of any script become 0-9, Arabic yeh and kaf the Persian ones; characters
# nobody sees go, and every kind of blank is a blank.
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Unicode::Normalize qw(NFKC);
our @EXPORT = qw(tidy level fold words plain);

# The value of a cell: what is to be seen of it.
sub tidy {
	my ($text) = @_;
	return $text if $text !~ /[^\x21-\x7e]/;
	$text =~ s/[\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{ad}]+//g if $text =~ /[^\x09-\x7e]/;
	$text =~ s/^\s+//;
	$text =~ s/\s+$//;
	return $text;
}

# For reading: width, blanks and joiners don't count.
sub level {
	my ($text) = @_;
	return $text if $text !~ /[^\x21-\x7e]/;
	if ($text =~ /[^\x09-\x7e]/) {
		$text = NFKC($text);
		$text =~ s/\p{Cf}+//g;
		$text =~ tr/يىك۰-۹٠-٩/ییک0-90-9/;
	}
	$text =~ s/\s+/ /g;
	$text =~ s/^ //;
	$text =~ s/ $//;
	return $text;
}

# For comparing: nor does case.
sub fold { my ($text) = @_; return lc level($text) }

# For recognizing: letters and digits alone, in words.
sub words {
	my ($text) = @_;
	$text = fold($text);
	$text =~ s/[^\p{L}\p{N}\p{M}]+/ /g;
	$text =~ s/^ | $//g;
	return $text;
}

sub plain { my ($text) = @_; $text = words($text); $text =~ s/ //g; return $text }

1;
