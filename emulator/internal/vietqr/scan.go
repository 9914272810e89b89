package vietqr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // a picture may be any of the three
	_ "image/jpeg" // …
	_ "image/png"  // …

	"github.com/localsepay/localsepay/openapi/scan"
)

// maxPixels bounds the picture that is scanned: 16 megapixels.
const maxPixels = 16 << 20

// Errors of [Scan].
var (
	// ErrPicture: the picture is not a PNG, JPEG or GIF, or is too large.
	ErrPicture = errors.New("not a picture that can be read")
	// ErrNoCode: no QR code was found in the picture.
	ErrNoCode = errors.New("there is no QR code in the picture")
)

// Scan returns the text of the QR code in a PNG, JPEG or GIF picture.
func Scan(picture []byte) (string, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return "", fmt.Errorf("%w: %d × %d pixels are too many", ErrPicture, config.Width, config.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrPicture, err)
	}
	text, err := scan.Text(img)
	if err != nil {
		return "", ErrNoCode
	}
	return text, nil
}
