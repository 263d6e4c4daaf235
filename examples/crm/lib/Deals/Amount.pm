package Deals::Amount;
# Amount: numbers as people and spreadsheets write them. Whether the point or the comma is before the decimals is never
# guessed: another value of the same column proves it, or NUMBERS says it.
#
#	learn(value, line) of each value, then doubt, then read(value): (number, currency) or (undef, what is wrong)
use strict;
use warnings;
use utf8;
use re '/a';	# \d is 0-9
use Deals::Say;
use Deals::Text;

my %none = map { $_ => 1 } '', '-', '--', '–', '—', 'n/a', '#n/a', 'na', 'nil', 'none', 'null', 'tbd';
my $mark = qr/(?:[A-Z]{1,3}\$|\p{Sc}|[A-Z]{3}|RM|Rp\.?|kr\.?|Fr\.?|ریال|تومان)/;
my %code = ('€' => 'EUR', '£' => 'GBP', '₹' => 'INR', '₺' => 'TRY', '₽' => 'RUB', '₩' => 'KRW', '฿' => 'THB', '₱' => 'PHP', '₦' => 'NGN',
	'₪' => 'ILS', '₫' => 'VND', 'rm' => 'MYR', 'rp' => 'IDR', 'us$' => 'USD', 's$' => 'SGD', 'a$' => 'AUD', 'c$' => 'CAD', 'ریال' => 'IRR');

sub new {
	my ($class, $decimals) = @_;
	stop('NUMBERS is ' . quoted($decimals), 'NUMBERS=point for 1,234.50, NUMBERS=comma for 1.234,50') unless $decimals =~ /^(?:point|comma)?$/;
	return bless { decimal => { point => '.', comma => ',', '' => undef }->{$decimals}, seen => {}, parsed => {} }, $class;
}

sub is_none { my ($value) = @_; return length $value < 8 && exists $none{ fold($value) } }

# (sign, digits with their marks, currency), or nothing where it is no number.
sub parts {
	my ($value) = @_;
	$value = level($value) =~ tr/−٫٬’/-.''/r if $value =~ /[^\x21-\x7e]/;
	my $in_parentheses = $value =~ s/^\((.*)\)$/$1/;
	return unless $value =~ /^([-+]?)\s*($mark?)\s*([-+]?)\s*((?:\d[\d.,' ]*|\.\d+)(?:[eE][-+]?\d{1,2})?)\s*($mark?)\s*(-?)$/;
	my ($sign, $before, $digits, $behind) = ("$1$3$6", $2, $4, $5);
	return if length($sign) + $in_parentheses > 1 || $before ne '' && $behind ne '';
	$digits =~ s/\s+$//;
	return ($in_parentheses || $sign eq '-' ? '-' : '', $digits, currency($before . $behind));
}

sub is_number { my ($value) = @_; my @part = parts($value); return @part > 0 }

sub currency { my ($mark) = @_; return '' if $mark eq ''; $mark = lc $mark =~ s/\.$//r; return $code{$mark} // uc $mark }

# By decimal mark: 1,234.5; 1,234,567 or, in India, 12,34,567; 1.5
my %form = map {
	my ($decimal, $group) = map quotemeta, @$_;
	my $thousands = qr/[1-9]\d{0,2}(?:$group\d{2,3})*$group\d{3}/;
	($_->[0] => [ qr/^$thousands$decimal\d*$/, qr/^[1-9]\d{0,2}(?:$group\d{2,3})+$group\d{3}$/, qr/^(\d*)$decimal(\d*)$/ ]);
} [ '.', ',' ], [ ',', '.' ];

# What the marks within say: (the decimal mark that is proven or undef, whether it may be either); nothing of what is no number.
sub proof {
	my ($digits) = @_;
	my $has_blanks = $digits =~ s/[' ](?=\d{3}(?!\d))//g;
	return if $digits =~ /[' ]/;
	return (undef, 0) if $digits =~ /^\d+(?:e[-+]?\d+)?$/i;
	return ('.', 0) if $digits =~ /^\d*\.\d*e/i;
	for my $decimal ('.', ',') {
		my ($both, $groups, $one) = @{ $form{$decimal} };
		return ($decimal, 0) if $digits =~ $both;
		return ($decimal, 0) if $digits =~ $groups;
		next unless $digits =~ $one;
		return ($decimal, 0) if $has_blanks || length $2 != 3 || length $1 > 3 || $1 eq '' || $1 eq '0';	# 1.5, 1234.500, 0.500
		return (undef, 1);	# 1.500
	}
	return;
}

sub learn {
	my ($amount, $value, $line) = @_;
	return if $value =~ /^\d*$/;
	return $amount->{seen}{'.'} //= [ $line, $value ] if $value =~ /^\d+\.\d{1,2}$/;	# the commonest
	return if is_none($value);
	my (undef, $digits) = parts($value) or return;
	my ($decimal, $is_either) = proof($digits) or return;
	my $kind = $is_either ? 'either' : $decimal // return;
	$amount->{seen}{$kind} //= [ $line, $value ];
	return;
}

# What is not clear, as text and next step; settles the decimal mark.
sub doubt {
	my ($amount) = @_;
	my $seen = $amount->{seen};
	return if defined $amount->{decimal};
	if ($seen->{'.'} && $seen->{','}) {
		return ('in ' . join(', in ', map "line $seen->{$_}[0] (" . quoted($seen->{$_}[1]) . ')', '.', ',') . ': decimals come after a point in the one, after a comma in the other',
			'NUMBERS=point or NUMBERS=comma says which holds, and the other lines are then told');
	}
	$amount->{decimal} = $seen->{'.'} ? '.' : $seen->{','} ? ',' : undef;
	return if defined $amount->{decimal} || !$seen->{either};
	return ("line $seen->{either}[0]: " . quoted($seen->{either}[1]) . ' is either a thousand and more or has three decimals, and no other value tells',
		'NUMBERS=point reads 1.500 as one and a half, NUMBERS=comma as fifteen hundred');
}

sub read {
	my ($amount, $value) = @_;
	return ($value, '') if $value =~ /^\d{1,15}$/ || ($amount->{decimal} // '.') eq '.' && $value =~ /^\d{1,15}\.\d{1,2}$/;
	return (undef, undef) if is_none($value);
	my ($sign, $digits, $currency) = parts($value) or return (undef, 'is not a number');
	my ($proven, $is_either) = proof($digits);
	return (undef, 'is not a number') unless defined $is_either;
	my $decimal = $amount->{decimal} // '.';
	return (undef, $decimal eq '.' ? 'has its decimals behind a comma' : 'has its decimals behind a point') if defined $proven && $proven ne $decimal;
	$digits =~ s/[' ]//g;
	$digits =~ tr/.,/,./ if $decimal eq ',';
	$digits =~ tr/,//d;
	return (undef, 'has more digits than an amount') if ($digits =~ tr/0-9//) > 30 || $digits =~ /e\+?(\d+)/i && $1 > 30;
	return ($sign . $digits, $currency);
}

1;
