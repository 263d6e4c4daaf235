package Deals::Say;
# Say: what the reader tells, and how it stops. Each message is in our own words, names the place and the value, and
# says a next step. What comes from a file or a setting is shown so that it can't act on a terminal.
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(stop complain complained shown quoted counted listed plural);

my $most = 10;	# complaints told in full
my ($complaints, %step) = (0);

# Control characters, and those that turn the direction of writing, as their codes.
sub shown {
	my ($text) = @_;
	$text =~ s/\n/\\n/g;
	$text =~ s/([\x00-\x1f\x7f-\x9f\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}])/sprintf '\\x{%x}', ord $1/ge;
	return length $text > 100 ? substr($text, 0, 100) . '...' : $text;
}

sub quoted { return join ', ', map '"' . shown($_) . '"', @_ }

sub plural { my ($count, $one, $more) = @_; return "$count " . ($count == 1 ? $one : $more // "${one}s") }

# The values of a hash of counts, the commonest first.
sub counted {
	my ($count) = @_;
	my @value = sort { $count->{$b} <=> $count->{$a} || $a cmp $b } keys %$count;
	my $more = @value > 20 ? ' and ' . (@value - 20) . ' more' : '';
	return join(', ', map quoted($_) . " $count->{$_}", @value[0 .. ($#value < 19 ? $#value : 19)]) . $more;
}

# Lines, the first few of them.
sub listed {
	my @line = @_;
	return (@line == 1 ? 'line ' : 'lines ') . join(', ', @line[0 .. ($#line < 4 ? $#line : 4)]) . (@line > 5 ? ', ...' : '');
}

sub stop {
	my ($message, @step) = @_;
	print STDERR "read-deals: $message\n", map "Next step: $_\n", @step;
	exit 1;
}

# Tells of a value that can't be read, goes on to find the others, but does not print them without end.
sub complain {
	my ($place, $what, $step) = @_;
	print STDERR "$place: $what\n" if ++$complaints <= $most;
	$step{$step}++ if defined $step;
	return;
}

# Stops if there were complaints.
sub complained {
	my ($file) = @_;
	return unless $complaints;
	print STDERR '... and ', $complaints - $most, " more\n" if $complaints > $most;
	stop(plural($complaints, 'value') . " of $file can't be read", %step ? sort keys %step : 'mend the lines above, or name other columns by MAP');
}

1;
