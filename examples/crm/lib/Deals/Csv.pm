package Deals::Csv;
# Csv: the rows of a file, each with the line it starts in. Text::CSV_XS takes the lines apart; what stands around a
# table in exports (a byte order mark, "sep=;", a title, empty lines, a footer) is known here.
#
#	my $csv = Deals::Csv->new($file, $encoding);	header: $csv->{header}
#	while (my ($line, $cell) = $csv->row) { ... }	$csv->rewind reads it again
use strict;
use warnings;
use Encode ();
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use Deals::Say;
use Deals::Text;

BEGIN {
	eval { require Text::CSV_XS; 1 }
	  or stop("Perl's Text::CSV_XS, which reads CSV, is not here", 'make prepare; or apt-get install libtext-csv-xs-perl');
}

sub new {
	my ($class, $file, $encoding) = @_;
	my $name = shown(Encode::decode('UTF-8', $file));
	my $csv = bless { file => $name, text => decoded($name, content($file, $name), $encoding), header_rows => 0 }, $class;
	my $separator = $csv->{separator} = $csv->separator;
	# Blanks before a quote, or a quote within an unquoted value: Text::CSV_XS takes either, but not both.
	$csv->{blanks} = $csv->{text} =~ /(?:^|\Q$separator\E) +"/m ? 'allow_whitespace' : 'allow_loose_quotes';
	$csv->{bytes} = Encode::encode('UTF-8', delete $csv->{text});
	$csv->rewind;
	$csv->find_header;
	$csv->rewind;
	return $csv;
}

# ---- From bytes to text ----

sub content {
	my ($file, $name) = @_;
	-e $file or stop("$name: no such file", 'the path of the file, seen from ' . shown(Encode::decode('UTF-8', $ENV{PWD} // '.')));
	-f _ or stop("$name is not a file", 'the path of a CSV file');
	open my $in, '<:raw', $file or stop("$name can't be opened: $!", 'look at who may read it');
	my $bytes = do { local $/; <$in> } // '';
	if ($bytes =~ /\A\x1f\x8b/) {
		my $packed = $bytes;
		gunzip(\$packed => \$bytes, MultiStream => 1) or stop("$name is not a whole gzip file", 'fetch or make it again');
	}
	stop("$name is a workbook or an archive, not CSV", 'save it from there as "CSV UTF-8"') if $bytes =~ /\A(?:PK\x03\x04|\xd0\xcf\x11\xe0)/;
	return $bytes;
}

sub decoded {
	my ($name, $bytes, $encoding) = @_;
	my ($text, $guess);
	if ($encoding ne '') {
		Encode::find_encoding($encoding) or stop('ENCODING: ' . quoted($encoding) . ' is no encoding that is known here', 'ENCODING=windows-1252, windows-1256, utf-8, utf-16, ...');
		$guess = $encoding;
	}
	elsif ($bytes =~ /\A(?:\xff\xfe|\xfe\xff)/) { $guess = 'UTF-16' }
	elsif ($bytes =~ /\A[^\0]\0[^\0]\0/) { $guess = 'UTF-16LE' }
	elsif ($bytes =~ /\A\0[^\0]\0[^\0]/) { $guess = 'UTF-16BE' }
	else { $guess = 'UTF-8' }
	$text = eval { Encode::decode($guess, $bytes, Encode::FB_CROAK | Encode::LEAVE_SRC) } // not_decoded($name, $bytes, $guess);
	$text =~ s/\A\x{feff}//;
	$text =~ s/\r\n?/\n/g;
	if ($text =~ /\0/g) {
		stop("$name, line " . (1 + (substr($text, 0, pos $text) =~ tr/\n//)) . ': a character of code zero: this is no CSV', 'save it again as "CSV UTF-8"');
	}
	return $text;
}

# The first line that is none, and how it would read as what Excel saves in the West.
sub not_decoded {
	my ($name, $bytes, $guess) = @_;
	stop("$name is not $guess text", 'save it again as "CSV UTF-8"; or ENCODING=... names the encoding it has') unless $guess eq 'UTF-8';
	my $line = 0;
	for (split /\n/, $bytes) {
		$line++;
		next if eval { Encode::decode('UTF-8', $_, Encode::FB_CROAK | Encode::LEAVE_SRC); 1 };
		stop("$name, line $line: not UTF-8. As windows-1252 it is: " . shown(Encode::decode('windows-1252', $_)),
			'if that reads well, ENCODING=windows-1252; else ENCODING names another one (windows-1256 for Persian and Arabic); or save the file again as "CSV UTF-8"');
	}
	stop("$name is not UTF-8 text", 'save it again as "CSV UTF-8"');
}

# ---- From text to rows ----

# A line "sep=;" says it; else it is the commonest of the first line that has any, outside of quotes.
sub separator {
	my ($csv) = @_;
	$csv->{skipped} = $csv->{text} =~ s/\A"?sep=([,;|\t])"?\n//i ? 1 : 0;
	return $1 if $csv->{skipped};
	my ($begin) = $csv->{text} =~ /\A((?:.*\n?){0,20})/;
	$begin =~ s/"(?:[^"]|"")*(?:"|\z)//g;
	for (split /\n/, $begin) {
		my %times = (',' => tr/,//, ';' => tr/;//, "\t" => tr/\t//, '|' => tr/|//);
		my ($most) = sort { $times{$b} <=> $times{$a} || $a cmp $b } keys %times;
		return $most if $times{$most};
	}
	return ',';
}

# Goes to the first row behind the header.
sub rewind {
	my ($csv) = @_;
	open my $in, '<', \$csv->{bytes} or stop("$csv->{file} can't be read: $!", 'free some memory');
	$csv->{in} = $in;
	$csv->{parser} = Text::CSV_XS->new({ binary => 1, sep_char => $csv->{separator}, $csv->{blanks} => 1 });
	@$csv{qw(empty footer ahead released next_line)} = (0, [], [], 0, 1 + $csv->{skipped});
	$csv->parsed for 1 .. $csv->{header_rows};
	return;
}

# The next row as it stands, behind the line it starts in; nothing at the end.
sub parsed {
	my ($csv) = @_;
	my $line = $csv->{next_line};
	my $cell = $csv->{parser}->getline($csv->{in});
	$csv->{next_line} = $. + 1 + $csv->{skipped};
	return ($line, $cell) if $cell;
	my $code = 0 + $csv->{parser}->error_diag;
	return if $code == 2012;	# the end
	stop("$csv->{file}, line $line: " . ($code == 2027 ? 'a quote is opened and never closed' : 'a quote in the middle of a value'),
		'in the file, close the quote, or put the value into quotes and double each that belongs to it; or save it again as CSV');
}

sub is_empty { my ($cell) = @_; for (@$cell) { return 0 if /[^\s\x{a0}]/ } return 1 }

# The first row that isn't empty; a single cell before an empty line and a wider row is a title.
sub find_header {
	my ($csv) = @_;
	my @first;
	while (@first < 20) { push @first, [ $csv->parsed ]; last unless @{ $first[-1] } }
	my @filled = grep { @{ $first[$_] } && !is_empty($first[$_][1]) } 0 .. $#first;
	stop("$csv->{file} is empty", 'export it again, with a header and its deals') unless @filled;
	my $at = $filled[0];
	if (@filled > 1 && @{ $first[$at][1] } == 1 && $filled[1] > $at + 1 && @{ $first[ $filled[1] ][1] } > 1) {
		$csv->{title} = tidy($first[$at][1][0]);
		$at = $filled[1];
	}
	@$csv{qw(header_line header)} = ($first[$at][0], [ map tidy($_), @{ $first[$at][1] } ]);
	$csv->{header_rows} = $at + 1;
	stop("$csv->{file}, line $csv->{header_line}: no header", 'its first line names the columns') unless grep $_ ne '', @{ $csv->{header} };
	return;
}

# The next row that holds something: its line and its cells. Empty rows are counted in {empty}. Rows of a single cell
# that stand behind an empty one are held back: followed by nothing else they are a {footer}.
sub row {
	my ($csv) = @_;
	my $ahead = $csv->{ahead};
	my $gap = 0;
	until ($csv->{released}) {
		my ($line, $cell) = $csv->parsed;
		unless ($cell) { $csv->{footer} = [ splice @$ahead ]; return }
		if ($cell->[0] !~ /^\w/ && is_empty($cell)) { $csv->{empty}++; $gap = 1; next }
		return ($line, $cell) unless $gap || @$ahead;
		push @$ahead, [ $line, $cell ];
		$csv->{released} = @{ $csv->{header} } < 3 || 1 < grep /[^\s\x{a0}]/, @$cell;
	}
	my $row = shift @$ahead;
	$csv->{released} = @$ahead > 0;
	return @$row;
}

1;
